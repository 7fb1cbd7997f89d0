# METADATA
# title: MAPI does not offer OAuth
# description: |
#   MAPI over HTTP is the only Outlook protocol that can use Hybrid Modern Authentication, and here
#   OAuth is a member of a list, not a flag. The announcement advises writing the whole list; on a
#   server that faces the internet that list is OAuth alone (EXT-003), so that the fix never puts NTLM
#   back there.
# related_resources:
#   - ref: https://learn.microsoft.com/microsoft-365/enterprise/configure-exchange-server-for-hybrid-modern-authentication
#     description: Configure Exchange Server on-premises to use Hybrid Modern Authentication
#   - ref: Announcing Hybrid Modern Authentication for Exchange On-Premises
#     description: Exchange Team Blog, 2017
#   - ref: Set-MapiVirtualDirectory
#     description: Cmdlet reference
# custom:
#   id: HMA-003
#   severity: high
#   category: HMA
#   profiles: [hma_external]
#   scope: server
#   requires:
#     - onprem.MapiVirtualDirectory.IISAuthenticationMethods
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
#       Set-MapiVirtualDirectory -Identity {{identity}} -IISAuthenticationMethods {{expected.IISAuthenticationMethods}}
#     rollback: |
#       Set-MapiVirtualDirectory -Identity {{identity}} -IISAuthenticationMethods {{observed.IISAuthenticationMethods}}
#   frameworks:
#     NSA-CISA: ["modern authentication"]
#   grade: "S2, V"
#   since: "0.1.0"
package exchange.hybrid.oauth_missing_on_mapi

import data.lib.directories
import data.lib.hma
import data.lib.methods
import data.lib.params
import data.lib.result
import data.lib.value

_lacking := methods.lacking(directories.frontends("MapiVirtualDirectory"), "IISAuthenticationMethods", "OAuth")

violation contains result.violation(directory, "IISAuthenticationMethods", _whole_list(directory)) if {
	hma.wanted == "yes"
	some directory in _lacking
}

not_applicable contains result.not_applicable(directory, hma.unwanted_reason) if {
	hma.wanted == "no"
	some directory in directories.frontends("MapiVirtualDirectory")
}

unknown contains result.unstated(directory, "hma", hma.missing) if {
	hma.wanted == "unknown"
	some directory in _lacking
}

unknown contains object.union(
	result.unknown(directory, "null_or_empty", methods.empty_list),
	{"property": "IISAuthenticationMethods"},
) if {
	hma.wanted != "no"
	some directory in directories.frontends("MapiVirtualDirectory")
	value.empty(directory, "IISAuthenticationMethods")
}

# The list to write: OAuth alone where the server faces the internet, the default inside, and where
# nobody stated the exposure what is there with OAuth beside it.
_whole_list(directory) := ["OAuth"] if {
	params.external(directory._server)
} else := ["Negotiate", "Ntlm", "OAuth"] if {
	params.exposure(directory._server)
} else := sort(array.concat(directory.IISAuthenticationMethods, ["OAuth"]))
