# METADATA
# title: ActiveSync does not list OAuth
# description: |
#   Outlook for iOS and Android reaches the mailbox through ActiveSync with an OAuth token. The directory
#   has no flag for it: what it really offers shows only in its answer to a request, which is not looked at
#   yet. The two lists of methods are what there is, so a filled list without OAuth only warns, and an
#   empty one, which allows every method, is unknown. Servers that take client certificates are left to
#   CBA-001 and CBA-002: an OAuth client presents no certificate.
# related_resources:
#   - ref: https://learn.microsoft.com/microsoft-365/enterprise/configure-exchange-server-for-hybrid-modern-authentication
#     description: Configure Exchange Server on-premises to use Hybrid Modern Authentication
#   - ref: https://learn.microsoft.com/exchange/clients/outlook-for-ios-and-android/use-hybrid-modern-auth
#     description: Using hybrid Modern Authentication with Outlook for iOS and Android
#   - ref: Set-ActiveSyncVirtualDirectory
#     description: Cmdlet reference
# custom:
#   id: HMA-005
#   severity: high
#   category: HMA
#   profiles: [hma_external]
#   scope: server
#   requires:
#     - onprem.ActiveSyncVirtualDirectory
#   any_of: []
#   uses:
#     - onprem.ActiveSyncVirtualDirectory.InternalAuthenticationMethods
#     - onprem.ActiveSyncVirtualDirectory.ExternalAuthenticationMethods
#     - onprem.ActiveSyncVirtualDirectory.ClientCertAuth
#     - onprem.OrganizationConfig.OAuth2ClientProfileEnabled
#     - onprem.AuthServer.IsDefaultAuthorizationEndpoint
#     - onprem.AuthServer.Type
#     - onprem.AuthServer.Enabled
#     - onprem.ExchangeServer.AdminDisplayVersion
#   params: []
#   automation: automated
#   remediation:
#     powershell: |
#       # Where the server faces the internet run the fix of EXT-001 first: Basic is then left out here.
#       $directory = Get-ActiveSyncVirtualDirectory -Identity {{identity}}
#       $methods = @($directory.InternalAuthenticationMethods) + @($directory.ExternalAuthenticationMethods) + 'OAuth' | ForEach-Object { "$_" } | Where-Object { $directory.BasicAuthEnabled -or $_ -ne 'Basic' } | Select-Object -Unique
#       Set-ActiveSyncVirtualDirectory -Identity {{identity}} -InternalAuthenticationMethods $methods -ExternalAuthenticationMethods $methods
#     rollback: |
#       Set-ActiveSyncVirtualDirectory -Identity {{identity}} -InternalAuthenticationMethods {{subject.InternalAuthenticationMethods}} -ExternalAuthenticationMethods {{subject.ExternalAuthenticationMethods}}
#   frameworks: {}
#   grade: "V, K"
#   since: "0.2.0"
package exchange.hybrid.oauth_missing_on_activesync

import data.lib.directories
import data.lib.hma
import data.lib.methods
import data.lib.params
import data.lib.result
import data.lib.value

_lists := {"InternalAuthenticationMethods", "ExternalAuthenticationMethods"}

_directories := directories.frontends("ActiveSyncVirtualDirectory")

_judged := [directory |
	some directory in _directories
	not directory._key in _certificates
]

# Clients sign in with certificates here, on purpose.
_certificates contains directory._key if {
	some directory in _directories
	params.certificate_server(directory._server)
}

_certificates contains directory._key if {
	some directory in _directories
	params.certificate_device(directory._server)
}

_certificates contains directory._key if {
	some directory in _directories
	directory.ClientCertAuth == "Required"
}

violation contains result.warning(directory, property, _with_oauth(directory, property), "low") if {
	hma.state == "on"
	some property in _lists
	some directory in methods.lacking(_judged, property, "OAuth")
}

# OAuth alone where the server faces the internet, elsewhere beside what is there.
_with_oauth(directory, property) := ["OAuth"] if {
	params.external(directory._server)
} else := sort(array.concat(directory[property], ["OAuth"]))

not_applicable contains result.not_applicable(directory, hma.off_reason) if {
	some directory in _directories
}

not_applicable contains result.not_applicable(directory, "client_certificates") if {
	some directory in _directories
	directory._key in _certificates
}

unknown contains result.unstated(directory, "hma", hma.missing) if {
	hma.state == "unknown"
	some property in _lists
	some directory in methods.lacking(_judged, property, "OAuth")
}

unknown contains result.undecided(directory, property, why) if {
	not hma.off_reason
	some property in _lists
	some [directory, why] in value.unclear(_judged, property)
}

unknown contains object.union(
	result.unknown(directory, "null_or_empty", _no_list),
	{"property": property},
) if {
	not hma.off_reason
	some directory in _judged
	some property in _lists
	directory[property] == []
}

_no_list := concat(" ", [
	"The list is empty, which allows every method and does not show whether OAuth is offered.",
	"Look at the WWW-Authenticate header of an answer to an empty Bearer token, or fill the list.",
])
