# METADATA
# title: Remote PowerShell is reachable from outside
# description: |
#   Remote management of the whole organization must not answer from outside. What counts is what the
#   device in front lets through, which the operator states under `namespaces`; a filter of addresses in
#   IIS counts as blocked, and an ExternalUrl alone only warns. Blocking this path does not close
#   ProxyNotShell, which reached the back end through Autodiscover: that needs the updates (BUILD-002).
# related_resources:
#   - ref: Securing external Exchange servers and Teams delegate scheduling
#     description: Consultant article
#   - ref: https://learn.microsoft.com/exchange/plan-and-deploy/post-installation-tasks/security-best-practices/exchange-extended-protection
#     description: Configure Windows Extended Protection in Exchange Server
# custom:
#   id: EXT-008
#   severity: critical
#   category: EXT
#   profiles: [hma_external]
#   scope: server
#   requires:
#     - onprem.PowerShellVirtualDirectory.ExternalUrl
#     - onprem.WebServicesVirtualDirectory.ExternalUrl
#     - onprem.MapiVirtualDirectory.ExternalUrl
#     - onprem.OabVirtualDirectory.ExternalUrl
#     - onprem.OwaVirtualDirectory.ExternalUrl
#     - onprem.EcpVirtualDirectory.ExternalUrl
#     - onprem.ActiveSyncVirtualDirectory.ExternalUrl
#   any_of: []
#   uses:
#     - onprem.OutlookAnywhere.InternalHostname
#     - onprem.OutlookAnywhere.ExternalHostname
#     - host.IisApplication.IpSecurityAllowUnlisted
#     - host.IisApplication.ApplicationPath
#     - onprem.WebServicesVirtualDirectory.InternalUrl
#     - onprem.MapiVirtualDirectory.InternalUrl
#     - onprem.OabVirtualDirectory.InternalUrl
#     - onprem.OwaVirtualDirectory.InternalUrl
#     - onprem.EcpVirtualDirectory.InternalUrl
#     - onprem.ActiveSyncVirtualDirectory.InternalUrl
#     - onprem.PowerShellVirtualDirectory.InternalUrl
#   params: [exposure]
#   automation: automated
#   remediation:
#     powershell: |
#       # Take /powershell off the paths that the device in front publishes. Leave the authentication of this directory
#       # in IIS as it is: changing it is not supported unless support of the vendor advises it.
#       Set-PowerShellVirtualDirectory -Identity {{identity}} -ExternalUrl $null
#     rollback: |
#       Set-PowerShellVirtualDirectory -Identity {{identity}} -ExternalUrl {{subject.ExternalUrl}}
#   frameworks:
#     NSA-CISA: ["remote PowerShell"]
#   grade: "S0, V"
#   since: "0.2.0"
package exchange.external.published_powershell

import data.lib.directories
import data.lib.params
import data.lib.publishing
import data.lib.result
import data.lib.value

_directories := directories.by_exposure("PowerShellVirtualDirectory")

_through := publishing.letting_through("powershell")

violation contains publishing.published(directory, "powershell", names) if {
	some directory in _directories.internet
	names := _through[directory._server]
	not directory._server in publishing.filtered["/powershell"]
}

# It blocks nothing and opens nothing; somebody meant the path to be used from outside.
violation contains result.warning(directory, "ExternalUrl", null, "low") if {
	some directory in _directories.internet
	value.filled(directory, "ExternalUrl")
}

not_applicable contains result.not_applicable(directory, "not_external") if {
	some directory in _directories.elsewhere
}

unknown contains result.unstated(directory, "exposure", params.exposure_missing(directory._server)) if {
	some directory in _directories.unstated
}

unknown contains result.doubted(directory, doubt) if {
	some directory in _directories.internet
	not directory._server in publishing.filtered["/powershell"]
	doubt := publishing.doubt(directory._server)
}
