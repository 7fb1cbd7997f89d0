# METADATA
# title: No enabled connector from Exchange Online to an on-premises domain
# description: |
#   Exchange Online looks an on-premises mailbox up with OAuth where an enabled IntraOrganizationConnector
#   names the mailbox's domain and an endpoint. Without one it falls back to the older delegation, or
#   fails with "Configuration information for forest/domain could not be found". Judged are the domains
#   accepted on both sides. A disabled connector is also the documented workaround where TLS ends before
#   Exchange: then this is a deviation to accept with a waiver, not a pass.
# related_resources:
#   - ref: https://learn.microsoft.com/outlook/troubleshoot/calendaring
#     description: Resolve free/busy errors
#   - ref: https://learn.microsoft.com/exchange/configure-oauth-authentication-between-exchange-and-exchange-online-organizations-exchange-2013-help
#     description: Configure OAuth authentication between Exchange and Exchange Online organizations
#   - ref: Set-IntraOrganizationConnector
#     description: Cmdlet reference
# custom:
#   id: IOC-002
#   severity: high
#   category: IOC
#   profiles: []
#   scope: organization
#   requires:
#     - cloud.IntraOrganizationConnector
#   any_of: []
#   uses:
#     - cloud.IntraOrganizationConnector.Name
#     - cloud.IntraOrganizationConnector.Enabled
#     - cloud.IntraOrganizationConnector.TargetAddressDomains
#     - cloud.IntraOrganizationConnector.DiscoveryEndpoint
#     - cloud.IntraOrganizationConnector.TargetSharingEpr
#     - onprem.IntraOrganizationConnector.Enabled
#     - onprem.AcceptedDomain.DomainName
#     - onprem.AcceptedDomain.DomainType
#     - cloud.AcceptedDomain.DomainName
#   params: []
#   automation: automated
#   remediation:
#     powershell: |
#       # In Exchange Online PowerShell. Where there is none, run the Hybrid Configuration Wizard. One that is there:
#       Get-IntraOrganizationConnector | Format-List Name, Enabled, TargetAddressDomains, DiscoveryEndpoint, TargetSharingEpr
#       Set-IntraOrganizationConnector -Identity 'HybridIOC - <GUID>' -TargetAddressDomains @{add='<domain>'} -Enabled $true
#     rollback: |
#       # In Exchange Online PowerShell:
#       Set-IntraOrganizationConnector -Identity 'HybridIOC - <GUID>' -TargetAddressDomains @{remove='<domain>'} -Enabled $false
#   frameworks: {}
#   grade: "S0, V; K for which domains hold mailboxes"
#   since: "0.2.0"
package exchange.lookup.no_connector_from_the_tenant

import data.lib.coverage
import data.lib.hma
import data.lib.params
import data.lib.result
import data.lib.tenant
import data.lib.value

subject contains result.judged_organization

_claimed if params.hybrid in {"classic_full", "modern_agent"}

_claimed if {
	not params.hybrid
	hma.oauth == "used"
}

# Domains that can hold mailboxes on-premises and that Exchange Online accepts too: accepted there, not
# relayed to somebody else, no wildcard, not the tenant's own.
_domains contains name if {
	some domain in input.onprem.AcceptedDomain
	name := lower(domain.DomainName)
	not _holds_none(domain)
	not tenant.label(name)
	not startswith(name, "*")
	name in _cloud_domains
}

_cloud_domains contains name if {
	some domain in input.cloud.AcceptedDomain
	name := lower(domain.DomainName)
}

_holds_none(domain) if domain.DomainType == "ExternalRelay"

# Nobody knows whether the domain can hold mailboxes.
_perhaps contains name if {
	some domain in input.onprem.AcceptedDomain
	name := lower(domain.DomainName)
	not value.decided(domain, "DomainType")
}

_covered contains name if {
	some connector in input.cloud.IntraOrganizationConnector
	connector.Enabled == true
	some name in value.words(connector.TargetAddressDomains)
}

# Could cover the domain, if its values were known.
_may_cover(connector, _) if {
	not connector.Enabled == false
	not value.decided(connector, "TargetAddressDomains")
}

_may_cover(connector, name) if {
	not value.decided(connector, "Enabled")
	name in value.words(connector.TargetAddressDomains)
}

_doubted contains name if {
	some name in _domains - _covered
	some connector in input.cloud.IntraOrganizationConnector
	_may_cover(connector, name)
}

_missing := ((_domains - _covered) - _doubted) - _perhaps

# The domains that enabling the connector would cover: what one names that is or may be enabled is not missing.
_stopped[connector._key] := names if {
	some connector in input.cloud.IntraOrganizationConnector
	names := _missing & value.words(connector.TargetAddressDomains)
	count(names) > 0
}

# TLS ends before Exchange on the way that the connector names.
_offloaded(connector) if {
	some property in {"DiscoveryEndpoint", "TargetSharingEpr"}
	params.offloaded(value.host(connector[property]))
}

violation contains result.lacking(
	[],
	"an enabled IntraOrganizationConnector to on-premises",
	"Hybrid OAuth is claimed, but Exchange Online has no connector at all.",
) if {
	_claimed
	coverage.complete("cloud", "IntraOrganizationConnector")
	count(input.cloud.IntraOrganizationConnector) == 0
}

violation contains result.saying(
	result.breaking(connector, "Enabled", true),
	sprintf("%s is disabled, so look-ups of %s use the older delegation.", [connector._key, concat(", ", sort(names))]),
) if {
	_claimed
	some connector in input.cloud.IntraOrganizationConnector
	names := _stopped[connector._key]
	not _offloaded(connector)
}

violation contains object.union(
	result.saying(
		result.breaking(connector, "Enabled", true),
		sprintf("%s is disabled and TLS ends before Exchange: a documented workaround. Accept it with a waiver.", [connector._key]),
	),
	{"severity": "low"},
) if {
	_claimed
	some connector in input.cloud.IntraOrganizationConnector
	_stopped[connector._key]
	_offloaded(connector)
}

violation contains result.lacking(sort(_covered), sort(_covered | unnamed), sprintf(
	"No connector of Exchange Online names %s. Where a domain holds no mailboxes, accept the finding.",
	[concat(", ", sort(unnamed))],
)) if {
	_claimed
	count(input.cloud.IntraOrganizationConnector) > 0
	unnamed := _missing - {name | some names in _stopped; some name in names}
	count(unnamed) > 0
}

violation contains result.breaking(connector, "DiscoveryEndpoint", "this or TargetSharingEpr set") if {
	_claimed
	some connector in _used
	every property in {"DiscoveryEndpoint", "TargetSharingEpr"} {
		value.empty(connector, property)
	}
}

# Enabled, and names one of the domains.
_used := [connector |
	some connector in input.cloud.IntraOrganizationConnector
	connector.Enabled == true
	count(_domains & value.words(connector.TargetAddressDomains)) > 0
]

not_applicable contains {"subject": result.organization, "reason": "no_full_hybrid"} if {
	params.hybrid in {"none", "classic_minimal"}
}

not_applicable contains {"subject": result.organization, "reason": "no_hybrid_oauth_claimed"} if {
	not params.hybrid
	hma.oauth == "absent"
	count(input.cloud.IntraOrganizationConnector) == 0
}

unknown contains {
	"subject": result.organization,
	"reason": "param_missing",
	"param": "hybrid",
	"message": concat(" ", [
		"Nobody stated the topology, and no connector on-premises is known to be enabled.",
		"Add `params: {hybrid: none|classic_minimal|classic_full|modern_agent}`.",
	]),
} if {
	not params.hybrid
	not hma.oauth in {"used", "absent"}
}

unknown contains {
	"subject": result.organization,
	"reason": "param_missing",
	"param": "hybrid",
	"message": concat(" ", [
		"Connectors are in Exchange Online, but none on-premises is enabled, and nobody stated the topology.",
		"Add `params: {hybrid: none|classic_minimal|classic_full|modern_agent}`.",
	]),
} if {
	not params.hybrid
	hma.oauth == "absent"
	count(input.cloud.IntraOrganizationConnector) > 0
}

unknown contains result.unread(plane, "AcceptedDomain") if {
	_claimed
	some plane in {"onprem", "cloud"}
	not coverage.complete(plane, "AcceptedDomain")
}

unknown contains {
	"subject": result.organization,
	"reason": "no_common_domain",
	"message": "No mail domain is accepted on both sides, so nobody knows which ones the connector must name.",
} if {
	_claimed
	count(_domains) == 0
}

unknown contains _unsaid(domain, "DomainName") if {
	_claimed
	some domain in array.concat(input.onprem.AcceptedDomain, input.cloud.AcceptedDomain)
	not value.decided(domain, "DomainName")
}

unknown contains _unsaid(domain, "DomainType") if {
	_claimed
	some domain in input.onprem.AcceptedDomain
	lower(domain.DomainName) in (_domains & _perhaps) - _covered
}

unknown contains _unsaid(connector, property) if {
	_claimed
	some connector in input.cloud.IntraOrganizationConnector
	some name in _doubted
	_may_cover(connector, name)
	some property in {"Enabled", "TargetAddressDomains"}
	not value.decided(connector, property)
}

# One endpoint that is set is enough.
unknown contains _unsaid(connector, property) if {
	_claimed
	some connector in _used
	some property in {"DiscoveryEndpoint", "TargetSharingEpr"}
	not value.settled(connector, property)
	count({other | some other in {"DiscoveryEndpoint", "TargetSharingEpr"}; value.filled(connector, other)}) == 0
}

_unsaid(resource, property) := {
	"subject": result.organization,
	"reason": value.reason(resource, property),
	"property": property,
	"kind": resource._kind,
	"message": sprintf("%s of %s has no usable value.", [property, resource._key]),
}
