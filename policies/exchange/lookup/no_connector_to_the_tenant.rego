# METADATA
# title: No enabled connector from on-premises to the tenant
# description: |
#   An enabled IntraOrganizationConnector whose target domains hold the tenant's routing domain makes
#   lookups use OAuth. A disabled one does not stop them, it silently degrades them to the older
#   delegation. A re-run of the Hybrid Configuration Wizard enables it again, which is drift of the
#   wizard and no attack.
# related_resources:
#   - ref: Deep Dive - How Hybrid Authentication Really Works
#     description: Exchange Team Blog, 2017
#   - ref: https://learn.microsoft.com/exchange/configure-oauth-authentication-between-exchange-and-exchange-online-organizations-exchange-2013-help
#     description: Configure OAuth authentication between Exchange and Exchange Online organizations
#   - ref: Set-IntraOrganizationConnector
#     description: Cmdlet reference
# custom:
#   id: IOC-001
#   severity: high
#   category: IOC
#   profiles: []
#   scope: organization
#   requires:
#     - onprem.IntraOrganizationConnector
#   any_of: []
#   uses:
#     - onprem.IntraOrganizationConnector.Name
#     - onprem.IntraOrganizationConnector.Enabled
#     - onprem.IntraOrganizationConnector.TargetAddressDomains
#     - onprem.IntraOrganizationConnector.DiscoveryEndpoint
#     - onprem.OrganizationConfig
#     - onprem.AuthServer
#   params: []
#   automation: automated
#   remediation:
#     powershell: |
#       # Where there is none, run the Hybrid Configuration Wizard. One that is there:
#       Get-IntraOrganizationConnector | Format-List Name, Enabled, TargetAddressDomains, DiscoveryEndpoint
#       Set-IntraOrganizationConnector -Identity 'HybridIOC - <GUID>' -Enabled $true -TargetAddressDomains @{add='<tenant>.mail.onmicrosoft.com'}
#     rollback: |
#       Set-IntraOrganizationConnector -Identity 'HybridIOC - <GUID>' -Enabled $false
#   frameworks: {}
#   grade: "S1, V"
#   since: "0.1.0"
package exchange.lookup.no_connector_to_the_tenant

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

_hosts := {row.host |
	some row in data.facts.exo_autodiscover_hosts
	row.cloud == params.cloud
}

_right(connector, "Enabled") if connector.Enabled == true

_right(connector, "TargetAddressDomains") if {
	some domain in value.words(connector.TargetAddressDomains)
	tenant.routing(domain)
}

_right(connector, "DiscoveryEndpoint") if value.host(connector.DiscoveryEndpoint) in _hosts

_deciding := {"Enabled", "TargetAddressDomains", "DiscoveryEndpoint"}

_wrong(connector, property) if {
	value.decided(connector, property)
	not _right(connector, property)
}

_wrong(connector, "DiscoveryEndpoint") if value.empty(connector, "DiscoveryEndpoint")

_good if {
	some connector in input.onprem.IntraOrganizationConnector
	every property in _deciding {
		_right(connector, property)
	}
}

# Could be the connector, if its values were known.
_candidates := [connector |
	some connector in input.onprem.IntraOrganizationConnector
	not _ruled_out(connector)
]

_ruled_out(connector) if {
	some property in _deciding
	_wrong(connector, property)
}

_missing if {
	coverage.complete("onprem", "IntraOrganizationConnector")
	count(_candidates) == 0
}

# Points at the tenant by one of its two addresses.
_towards_tenant := [connector |
	some connector in input.onprem.IntraOrganizationConnector
	some property in {"TargetAddressDomains", "DiscoveryEndpoint"}
	_right(connector, property)
]

_expected := {
	"Enabled": true,
	"TargetAddressDomains": "with the tenant's mail.onmicrosoft.com domain",
	"DiscoveryEndpoint": sprintf("on %s", [concat(" or ", sort(_hosts))]),
}

violation contains result.breaking(connector, property, _expected[property]) if {
	_claimed
	count(_hosts) > 0
	_missing
	some connector in _towards_tenant
	some property in _deciding
	_wrong(connector, property)
}

violation contains result.lacking(
	sort([connector.Name | some connector in input.onprem.IntraOrganizationConnector]),
	"an enabled IntraOrganizationConnector to the tenant",
	"Hybrid OAuth is claimed, but no connector points at the tenant.",
) if {
	_claimed
	count(_hosts) > 0
	_missing
	count(_towards_tenant) == 0
}

not_applicable contains {"subject": result.organization, "reason": "no_full_hybrid"} if {
	params.hybrid in {"none", "classic_minimal"}
}

not_applicable contains {"subject": result.organization, "reason": "no_hybrid_oauth_claimed"} if {
	not params.hybrid
	hma.oauth == "absent"
	count(input.onprem.IntraOrganizationConnector) == 0
}

unknown contains {
	"subject": result.organization,
	"reason": "param_missing",
	"param": "hybrid",
	"message": concat(" ", [
		"Connectors are there, but none is known to be enabled, and nobody stated the topology.",
		"Add `params: {hybrid: none|classic_minimal|classic_full|modern_agent}`.",
	]),
} if {
	not params.hybrid
	hma.oauth != "used"
	count(input.onprem.IntraOrganizationConnector) > 0
}

unknown contains {
	"subject": result.organization,
	"reason": "cloud_not_in_table",
	"message": sprintf(
		"No Exchange Online Autodiscover host is on record for the cloud %s; look at DiscoveryEndpoint yourself.",
		[params.cloud],
	),
} if {
	_claimed
	count(_hosts) == 0
}

unknown contains {
	"subject": result.organization,
	"reason": value.reason(connector, property),
	"property": property,
	"kind": connector._kind,
	"message": sprintf("%s of the connector %s has no usable value.", [property, connector._key]),
} if {
	_claimed
	not _good
	some connector in _candidates
	some property in _deciding
	not _right(connector, property)
}
