# METADATA
# title: Autodiscover does not offer OAuth
# description: |
#   Autodiscover is the first endpoint that a client asks. One that gets no authorization address from
#   it never starts the token flow.
# related_resources:
#   - ref: https://learn.microsoft.com/microsoft-365/enterprise/configure-exchange-server-for-hybrid-modern-authentication
#     description: Configure Exchange Server on-premises to use Hybrid Modern Authentication
#   - ref: Announcing Hybrid Modern Authentication for Exchange On-Premises
#     description: Exchange Team Blog, 2017
# custom:
#   id: HMA-002
#   severity: high
#   category: HMA
#   profiles: [hma_external]
#   scope: server
#   requires:
#     - onprem.AutodiscoverVirtualDirectory.OAuthAuthentication
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
#       Set-AutodiscoverVirtualDirectory -Identity {{identity}} -OAuthAuthentication $true
#     rollback: |
#       Set-AutodiscoverVirtualDirectory -Identity {{identity}} -OAuthAuthentication {{observed.OAuthAuthentication}}
#   frameworks:
#     NSA-CISA: ["modern authentication"]
#   grade: "S2, V"
#   since: "0.1.0"
package exchange.hybrid.oauth_off_on_autodiscover

import data.lib.directories
import data.lib.hma
import data.lib.result

violation contains result.violation(directory, "OAuthAuthentication", true) if {
	hma.wanted == "yes"
	some directory in directories.frontends("AutodiscoverVirtualDirectory")
	directory.OAuthAuthentication == false
}

not_applicable contains result.not_applicable(directory, hma.unwanted_reason) if {
	hma.wanted == "no"
	some directory in directories.frontends("AutodiscoverVirtualDirectory")
}

# True is right whether or not anything uses it; False is wrong only where something does.
unknown contains result.unstated(directory, "hma", hma.missing) if {
	hma.wanted == "unknown"
	some directory in directories.frontends("AutodiscoverVirtualDirectory")
	directory.OAuthAuthentication == false
}
