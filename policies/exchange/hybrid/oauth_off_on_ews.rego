# METADATA
# title: EWS does not offer OAuth
# description: |
#   Exchange offers the Bearer challenge only where OAuth is enabled. Without it a client falls back to
#   NTLM and skips Conditional Access; one server without it breaks Outlook, Teams and free/busy for the
#   users that land on it.
# related_resources:
#   - ref: https://learn.microsoft.com/microsoft-365/enterprise/configure-exchange-server-for-hybrid-modern-authentication
#     description: Configure Exchange Server on-premises to use Hybrid Modern Authentication
#   - ref: Announcing Hybrid Modern Authentication for Exchange On-Premises
#     description: Exchange Team Blog, 2017
#   - ref: Set-WebServicesVirtualDirectory
#     description: Cmdlet reference
# custom:
#   id: HMA-001
#   severity: high
#   category: HMA
#   profiles: [hma_external]
#   scope: server
#   requires:
#     - onprem.WebServicesVirtualDirectory.OAuthAuthentication
#   any_of: []
#   uses:
#     - onprem.OrganizationConfig.OAuth2ClientProfileEnabled
#     - onprem.IntraOrganizationConnector.Enabled
#     - onprem.AuthServer.IsDefaultAuthorizationEndpoint
#     - onprem.AuthServer.Type
#     - onprem.AuthServer.Enabled
#     - onprem.ExchangeServer.AdminDisplayVersion
#   params: []
#   automation: automated
#   remediation:
#     powershell: |
#       Set-WebServicesVirtualDirectory -Identity {{identity}} -OAuthAuthentication $true
#     rollback: |
#       Set-WebServicesVirtualDirectory -Identity {{identity}} -OAuthAuthentication {{observed.OAuthAuthentication}}
#   frameworks:
#     NSA-CISA: ["modern authentication"]
#   grade: "S2, V"
#   since: "0.1.0"
package exchange.hybrid.oauth_off_on_ews

import data.lib.directories
import data.lib.hma
import data.lib.result

violation contains result.violation(directory, "OAuthAuthentication", true) if {
	hma.wanted == "yes"
	some directory in directories.frontends("WebServicesVirtualDirectory")
	directory.OAuthAuthentication == false
}

not_applicable contains result.not_applicable(directory, hma.unwanted_reason) if {
	hma.wanted == "no"
	some directory in directories.frontends("WebServicesVirtualDirectory")
}

# True is right whether or not anything uses it; False is wrong only where something does.
unknown contains result.unstated(directory, "hma", hma.missing) if {
	hma.wanted == "unknown"
	some directory in directories.frontends("WebServicesVirtualDirectory")
	directory.OAuthAuthentication == false
}
