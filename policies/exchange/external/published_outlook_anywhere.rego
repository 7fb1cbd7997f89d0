# METADATA
# title: Outlook Anywhere is published from a server that faces the internet
# description: |
#   RPC over HTTP can never carry OAuth, so every published /rpc is a place to try passwords.
#   ExternalHostname only steers clients: the listener answers whether it is set or not. What counts is
#   what the device in front lets through, which the operator states under `namespaces`.
# related_resources:
#   - ref: Securing external Exchange servers and Teams delegate scheduling
#     description: Consultant article
#   - ref: https://learn.microsoft.com/microsoft-365/enterprise/configure-exchange-server-for-hybrid-modern-authentication
#     description: Configure Exchange Server on-premises to use Hybrid Modern Authentication
# custom:
#   id: EXT-009
#   severity: high
#   category: EXT
#   profiles: [hma_external]
#   scope: server
#   requires:
#     - onprem.OutlookAnywhere.ExternalHostname
#     - onprem.WebServicesVirtualDirectory.ExternalUrl
#     - onprem.MapiVirtualDirectory.ExternalUrl
#     - onprem.OabVirtualDirectory.ExternalUrl
#     - onprem.OwaVirtualDirectory.ExternalUrl
#     - onprem.EcpVirtualDirectory.ExternalUrl
#     - onprem.ActiveSyncVirtualDirectory.ExternalUrl
#   any_of: []
#   uses:
#     - onprem.PowerShellVirtualDirectory.InternalUrl
#     - onprem.PowerShellVirtualDirectory.ExternalUrl
#     - onprem.WebServicesVirtualDirectory.InternalUrl
#     - onprem.MapiVirtualDirectory.InternalUrl
#     - onprem.OabVirtualDirectory.InternalUrl
#     - onprem.OwaVirtualDirectory.InternalUrl
#     - onprem.EcpVirtualDirectory.InternalUrl
#     - onprem.ActiveSyncVirtualDirectory.InternalUrl
#     - onprem.OutlookAnywhere.InternalHostname
#   params: [exposure]
#   automation: automated
#   remediation:
#     powershell: |
#       # Take /rpc off the paths that the device in front publishes. Clearing ExternalHostname blocks nothing, and the
#       # cmdlet may refuse it without the other external parameters. What the server says today:
#       Get-OutlookAnywhere -Identity {{identity}} | Format-List Identity, ExternalHostname, ExternalClientAuthenticationMethod, ExternalClientsRequireSsl
#     rollback: |
#       # Publish /rpc again on the device.
#   frameworks: {}
#   grade: "S0, V"
#   since: "0.2.0"
package exchange.external.published_outlook_anywhere

import data.lib.directories
import data.lib.params
import data.lib.publishing
import data.lib.result

_directories := directories.by_exposure("OutlookAnywhere")

_through := publishing.letting_through("rpc")

violation contains publishing.published(directory, "rpc", names) if {
	some directory in _directories.internet
	names := _through[directory._server]
}

not_applicable contains result.not_applicable(directory, "not_external") if {
	some directory in _directories.elsewhere
}

unknown contains result.unstated(directory, "exposure", params.exposure_missing(directory._server)) if {
	some directory in _directories.unstated
}

unknown contains result.doubted(directory, doubt) if {
	some directory in _directories.internet
	doubt := publishing.doubt(directory._server)
}
