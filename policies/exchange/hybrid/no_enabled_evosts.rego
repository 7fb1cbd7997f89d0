# METADATA
# title: No enabled authorization server for Entra ID (EvoSTS)
# description: |
#   The EvoSTS object is the trust anchor for user tokens: without an enabled one Exchange accepts no
#   token from Entra ID. It is found by its type, not by its name, which is EvoSts, evoSTS or EvoSts
#   with an identifier; an AD FS object does not count. The Hybrid Configuration Wizard creates it.
# related_resources:
#   - ref: https://learn.microsoft.com/microsoft-365/enterprise/configure-exchange-server-for-hybrid-modern-authentication
#     description: Configure Exchange Server on-premises to use Hybrid Modern Authentication
#   - ref: Announcing Hybrid Modern Authentication for Exchange On-Premises
#     description: Exchange Team Blog, 2017
#   - ref: Set-AuthServer
#     description: Cmdlet reference
#   - ref: https://microsoft.github.io/CSS-Exchange/Diagnostics/HealthChecker
#     description: HealthChecker, hybrid information
# custom:
#   id: HMA-008
#   severity: critical
#   category: HMA
#   profiles: [hma_external]
#   scope: organization
#   requires:
#     - onprem.AuthServer
#   any_of: []
#   uses:
#     - onprem.AuthServer.Name
#     - onprem.AuthServer.Type
#     - onprem.AuthServer.Enabled
#     - onprem.AuthServer.IsDefaultAuthorizationEndpoint
#     - onprem.OrganizationConfig.OAuth2ClientProfileEnabled
#     - onprem.IntraOrganizationConnector.Enabled
#     - onprem.ExchangeServer.AdminDisplayVersion
#   params: []
#   automation: automated
#   remediation:
#     powershell: |
#       # Where there is none at all, run the current Hybrid Configuration Wizard. To enable one that is there:
#       Get-AuthServer | Where-Object { $_.Type -eq 'AzureAD' } | Format-List Name, Realm, Enabled
#       Set-AuthServer -Identity 'EvoSts - <GUID>' -Enabled $true
#     rollback: |
#       Set-AuthServer -Identity 'EvoSts - <GUID>' -Enabled $false
#   frameworks: {}
#   grade: "S2, V"
#   since: "0.1.0"
package exchange.hybrid.no_enabled_evosts

import data.lib.coverage
import data.lib.hma
import data.lib.result
import data.lib.value

subject contains result.judged_organization

_anchor if {
	some server in input.onprem.AuthServer
	server.Type == "AzureAD"
	server.Enabled == true
}

# Could be the anchor, if its values were known.
_candidate(server) if {
	not _other_type(server)
	not _disabled(server)
}

_other_type(server) if {
	value.decided(server, "Type")
	server.Type != "AzureAD"
}

_disabled(server) if server.Enabled == false

_candidates := [server |
	some server in input.onprem.AuthServer
	_candidate(server)
]

_missing if {
	coverage.complete("onprem", "AuthServer")
	count(_candidates) == 0
}

violation contains result.breaking(server, "Enabled", true) if {
	hma.wanted == "yes"
	_missing
	some server in input.onprem.AuthServer
	server.Type == "AzureAD"
}

violation contains result.lacking(
	sort([server.Name | some server in input.onprem.AuthServer]),
	"an AuthServer of Type AzureAD, enabled",
	"No authorization server for Entra ID is there; Exchange accepts no user token.",
) if {
	hma.wanted == "yes"
	_missing
	not _azure_ad
}

_azure_ad if {
	some server in input.onprem.AuthServer
	server.Type == "AzureAD"
}

not_applicable contains {"subject": result.organization, "reason": hma.unwanted_reason} if hma.wanted == "no"

unknown contains {
	"subject": result.organization,
	"reason": "param_missing",
	"param": "hma",
	"message": hma.missing,
} if {
	hma.wanted == "unknown"
	_missing
}

unknown contains {
	"subject": result.organization,
	"reason": value.reason(server, property),
	"property": property,
	"kind": server._kind,
	"message": sprintf("%s of the authorization server %s has no usable value.", [property, server._key]),
} if {
	hma.wanted != "no"
	not _anchor
	some server in _candidates
	some property in {"Type", "Enabled"}
	not value.decided(server, property)
}
