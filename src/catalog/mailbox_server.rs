//! `Get-MailboxServer`: a server's Mailbox role; its availability group among it.

use super::{Call, Home, KeyRule, KindSpec, Per, Property, Roles, Type, property};
use crate::model::Plane;

const PROPERTIES: &[Property] = &[
    property("Name").ty(Type::ServerName),
    property("Identity").dropped(), // the key says the same
    property("Guid").ty(Type::Guid),
    property("ExchangeVersion").ty(Type::Text),
    // Repeats the server's; one update would show up twice.
    property("AdminDisplayVersion")
        .ty(Type::ServerVersion)
        .observed(),
    property("ServerRole").ty(Type::Text),
    property("DatabaseAvailabilityGroup")
        .ty(Type::AdName)
        .unset(),
    // Enumerations: a name where the export has one; a bare number says nothing.
    property("CalendarRepairMode").ty(Type::Text),
    property("MigrationLogLoggingLevel").ty(Type::Text),
    property("AutoDatabaseMountDial").ty(Type::Text),
    property("DatabaseCopyAutoActivationPolicy").ty(Type::Text),
    property("TransportSyncLogLoggingLevel").ty(Type::Text),
    property("DataPath").ty(Type::Text),
    property("CalendarRepairLogPath").ty(Type::Text),
    property("LogPathForManagedFolders").ty(Type::Text),
    property("FaultZone").ty(Type::Text),
    property("CalendarRepairLogFileAgeLimit").ty(Type::Span),
    property("LogFileAgeLimitForManagedFolders").ty(Type::Span),
    property("MigrationLogMaxAge").ty(Type::Span),
    property("TransportSyncLogMaxAge").ty(Type::Span),
    property("TransportSyncMailboxHealthLogMaxAge").ty(Type::Span),
    property("CalendarRepairLogDirectorySizeLimit").ty(Type::Size),
    property("LogDirectorySizeLimitForManagedFolders").ty(Type::Size),
    property("LogFileSizeLimitForManagedFolders").ty(Type::Size),
    property("MigrationLogMaxDirectorySize").ty(Type::Size),
    property("MigrationLogMaxFileSize").ty(Type::Size),
    property("TransportSyncLogMaxDirectorySize").ty(Type::Size),
    property("TransportSyncLogMaxFileSize").ty(Type::Size),
    property("TransportSyncMailboxHealthLogMaxDirectorySize").ty(Type::Size),
    property("TransportSyncMailboxHealthLogMaxFileSize").ty(Type::Size),
    property("SubmissionServerOverrideList").ty(Type::Set(&Type::Text)),
    property("SharingPolicySchedule").ty(Type::Set(&Type::Text)),
    property("Locale").ty(Type::Set(&Type::Text)),
    property("WacDiscoveryEndpoint").ty(Type::Url).unset(),
    property("MaximumActiveDatabases").ty(Type::Int).unset(),
    property("MaximumPreferredActiveDatabases")
        .ty(Type::Int)
        .unset(),
];

/// See the module.
pub(super) static SPEC: KindSpec = KindSpec {
    name: "MailboxServer",
    calls: &[Call {
        plane: Plane::Onprem,
        cmdlet: "Get-MailboxServer",
        arguments: "",
        per: Per::Organization,
    }],
    home: Home::Server {
        roles: Roles::Mailbox,
    },
    key: KeyRule::Server,
    type_names: &["MailboxServer"],
    signature: &["DatabaseCopyAutoActivationPolicy", "AutoDatabaseMountDial"],
    only_where: None,
    properties: &[PROPERTIES],
    revision: 1,
    source: "export of a 2019 CU11 server",
};
