//! Properties that every Exchange object carries and that are not configuration.

use super::Class;

/// The class of a property that any kind may have, where it is the same for all kinds.
///
/// Source: two exports of unchanged estates (`exchange-data`, "Noise"): the listed names differ
/// between sessions, domain controllers or hours without anybody changing anything.
pub fn common_class(name: &str) -> Option<Class> {
    Some(match name {
        // The session, not the object.
        "RunspaceId"
        | "PSComputerName"
        | "PSShowComputerName"
        | "SerializationData"
        | "ObjectState"
        | "PSSourceJobInstanceId"
        | "IsValid" => Class::Dropped,
        // A copy of Identity, and names that follow from the forest and the organization.
        "Id"
        | "OrganizationId"
        | "ObjectClass"
        | "ObjectCategory"
        | "PartitionGuid"
        | "OrganizationalUnitRoot"
        | "ExchangeObjectId" => Class::Dropped,
        // When and by which domain controller: useful to a reader, never drift.
        "WhenChanged" | "WhenCreated" => Class::Dropped, // the UTC twins carry the same moment
        "WhenChangedUTC" | "WhenCreatedUTC" | "OriginatingServer" => Class::Observed,
        "DistinguishedName" => Class::Observed,
        "CurrentDomainControllers"
        | "CurrentGlobalCatalogs"
        | "CurrentConfigDomainController"
        | "RemainingTrialPeriod"
        | "MitigationsAppliedTime"
        | "ForestConfigLastRunTime" => Class::Observed,
        _ => return None,
    })
}
