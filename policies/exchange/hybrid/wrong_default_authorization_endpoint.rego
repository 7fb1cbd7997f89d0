# METADATA
# title: Not exactly one right default authorization endpoint
# description: |
#   The default endpoint alone decides what the 401 challenge advertises. With none no client learns
#   where to get a token, with a wrong one users are sent to another identity provider. With Hybrid
#   Modern Authentication on, exactly one enabled AuthServer of type AzureAD carries the flag, also with
#   several tenants; with it off, none does. Where nobody declared the state, a contradiction with
#   OAuth2ClientProfileEnabled is left to HMA-010.
# related_resources:
#   - ref: https://learn.microsoft.com/microsoft-365/enterprise/configure-exchange-server-for-hybrid-modern-authentication
#     description: Configure Exchange Server on-premises to use Hybrid Modern Authentication
#   - ref: Set-AuthServer
#     description: Cmdlet reference
#   - ref: Announcing Hybrid Modern Authentication for Exchange On-Premises
#     description: Exchange Team Blog, 2017
# custom:
#   id: HMA-009
#   severity: critical
#   category: HMA
#   profiles: [hma_external]
#   scope: organization
#   requires:
#     - onprem.AuthServer.IsDefaultAuthorizationEndpoint
#   any_of: []
#   uses:
#     - onprem.AuthServer.Type
#     - onprem.AuthServer.Enabled
#     - onprem.AuthServer.Name
#     - onprem.OrganizationConfig.OAuth2ClientProfileEnabled
#     - onprem.ExchangeServer.AdminDisplayVersion
#   params: []
#   automation: automated
#   remediation:
#     powershell: |
#       # Take the flag from a wrong one first, then give it to the EvoSTS object of the tenant.
#       Get-AuthServer | Format-List Name, Type, Enabled, IsDefaultAuthorizationEndpoint
#       Set-AuthServer -Identity '<wrong one>' -IsDefaultAuthorizationEndpoint $false
#       Set-AuthServer -Identity 'EvoSts - <GUID>' -IsDefaultAuthorizationEndpoint $true
#     rollback: |
#       Set-AuthServer -Identity 'EvoSts - <GUID>' -IsDefaultAuthorizationEndpoint $false
#   frameworks: {}
#   grade: "S2, V"
#   since: "0.1.0"
package exchange.hybrid.wrong_default_authorization_endpoint

import data.lib.hma
import data.lib.result
import data.lib.value

subject contains result.judged_organization

violation contains result.lacking(
	[],
	"exactly one AuthServer with IsDefaultAuthorizationEndpoint true",
	"Hybrid Modern Authentication is on, but no authorization server is the default endpoint.",
) if {
	hma.state == "on"
	hma.no_default_endpoint
}

violation contains result.lacking(
	sort([server.Name | some server in hma.default_endpoints]),
	"at most one AuthServer with IsDefaultAuthorizationEndpoint true",
	"More than one authorization server is the default endpoint.",
) if {
	count(hma.default_endpoints) > 1
}

violation contains result.breaking(server, "Enabled", true) if {
	hma.state == "on"
	some server in hma.default_endpoints
	server.Enabled == false
}

violation contains result.breaking(server, "Type", "AzureAD") if {
	hma.state == "on"
	some server in hma.default_endpoints
	value.decided(server, "Type")
	server.Type != "AzureAD"
}

violation contains result.breaking(server, "IsDefaultAuthorizationEndpoint", false) if {
	hma.state == "off"
	hma.declared == false
	some server in hma.default_endpoints
}

not_applicable contains {"subject": result.organization, "reason": "ad_fs_modern_authentication"} if {
	hma.state == "ad_fs"
}

not_applicable contains {"subject": result.organization, "reason": "left_to_hma_010"} if {
	hma.state == "off"
	not hma.declared == false
	count(hma.default_endpoints) > 0
}

unknown contains {
	"subject": result.organization,
	"reason": "param_missing",
	"param": "hma",
	"message": hma.missing,
} if {
	hma.state == "unknown"
}

unknown contains {
	"subject": result.organization,
	"reason": value.reason(server, property),
	"property": property,
	"kind": server._kind,
	"message": sprintf("%s of the authorization server %s has no usable value.", [property, server._key]),
} if {
	hma.state == "on"
	some server in hma.default_endpoints
	some property in {"Type", "Enabled"}
	not value.decided(server, property)
}
