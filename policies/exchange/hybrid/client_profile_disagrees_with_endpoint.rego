# METADATA
# title: OAuth2ClientProfileEnabled disagrees with the authorization endpoint
# description: |
#   The default endpoint switches ActiveSync and Outlook for Mac at once; Outlook for Windows needs the
#   flag of the organization too. With only one of them on, the challenge contradicts itself. Both off
#   is a state, not an error, unless `params: {hma: true}` says otherwise.
# related_resources:
#   - ref: https://learn.microsoft.com/microsoft-365/enterprise/configure-exchange-server-for-hybrid-modern-authentication
#     description: Configure Exchange Server on-premises to use Hybrid Modern Authentication
#   - ref: Set-OrganizationConfig
#     description: Cmdlet reference
# custom:
#   id: HMA-010
#   severity: high
#   category: HMA
#   profiles: [hma_external]
#   scope: organization
#   requires:
#     - onprem.OrganizationConfig.OAuth2ClientProfileEnabled
#     - onprem.AuthServer.IsDefaultAuthorizationEndpoint
#   any_of: []
#   uses:
#     - onprem.AuthServer.Type
#     - onprem.AuthServer.Enabled
#     - onprem.ExchangeServer.AdminDisplayVersion
#   params: []
#   automation: automated
#   remediation:
#     powershell: |
#       # Only where Hybrid Modern Authentication is meant to be on; HMA-009 names the default endpoint.
#       Set-OrganizationConfig -OAuth2ClientProfileEnabled $true
#     rollback: |
#       Set-OrganizationConfig -OAuth2ClientProfileEnabled {{observed.OAuth2ClientProfileEnabled}}
#   frameworks:
#     SCuBA: ["MS.AAD.1.1v1"]
#     NIST SP 800-53: ["CM-7"]
#   grade: "S2, V"
#   since: "0.1.0"
package exchange.hybrid.client_profile_disagrees_with_endpoint

import data.lib.hma
import data.lib.result

_flag := "OAuth2ClientProfileEnabled"

violation contains result.saying(
	result.violation(config, _flag, false),
	"The flag is on, but no authorization server is the default endpoint.",
) if {
	some config in input.onprem.OrganizationConfig
	config[_flag] == true
	hma.no_default_endpoint
}

violation contains result.saying(
	result.violation(config, _flag, true),
	"An authorization server is the default endpoint, but the flag is off.",
) if {
	some config in input.onprem.OrganizationConfig
	config[_flag] == false
	count(hma.default_endpoints) > 0
	hma.state != "ad_fs"
}

violation contains result.saying(
	result.violation(config, _flag, hma.declared),
	sprintf("`params: {hma: %v}` is declared, but the flag says otherwise.", [hma.declared]),
) if {
	some config in input.onprem.OrganizationConfig
	is_boolean(config[_flag])
	config[_flag] != hma.declared
	hma.state != "ad_fs"
}

not_applicable contains result.not_applicable(config, "ad_fs_modern_authentication") if {
	some config in input.onprem.OrganizationConfig
	hma.state == "ad_fs"
}
