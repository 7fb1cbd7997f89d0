# METADATA
# title: The admin center is published from a server that faces the internet
# description: |
#   The administration interface of the whole organization must not answer from outside. With AdminEnabled
#   off the administration pages are gone, but the path still answers and opens the options of a user's
#   mailbox, so a published path then only warns. What counts is what the device in front lets through,
#   which the operator states under `namespaces`; a filter of addresses in IIS counts as blocked.
# related_resources:
#   - ref: Securing external Exchange servers and Teams delegate scheduling
#     description: Consultant article
#   - ref: https://learn.microsoft.com/exchange/architecture/client-access/exchange-admin-center
#     description: Exchange admin center in Exchange Server
#   - ref: Set-EcpVirtualDirectory
#     description: Cmdlet reference
# custom:
#   id: EXT-007
#   severity: critical
#   category: EXT
#   profiles: [hma_external]
#   scope: server
#   requires:
#     - onprem.EcpVirtualDirectory.AdminEnabled
#     - onprem.EcpVirtualDirectory.ExternalUrl
#     - onprem.WebServicesVirtualDirectory.ExternalUrl
#     - onprem.MapiVirtualDirectory.ExternalUrl
#     - onprem.OabVirtualDirectory.ExternalUrl
#     - onprem.OwaVirtualDirectory.ExternalUrl
#     - onprem.ActiveSyncVirtualDirectory.ExternalUrl
#   any_of: []
#   uses:
#     - onprem.PowerShellVirtualDirectory.InternalUrl
#     - onprem.PowerShellVirtualDirectory.ExternalUrl
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
#   params: [exposure]
#   automation: automated
#   remediation:
#     powershell: |
#       # Take /ecp off the paths that the device in front publishes. In addition, where the
#       # administration pages of this server are not needed:
#       Set-EcpVirtualDirectory -Identity {{identity}} -AdminEnabled $false
#       Invoke-Command -ComputerName {{server}} -ScriptBlock { iisreset }
#     rollback: |
#       Set-EcpVirtualDirectory -Identity {{identity}} -AdminEnabled {{subject.AdminEnabled}}
#       Invoke-Command -ComputerName {{server}} -ScriptBlock { iisreset }
#   frameworks:
#     NSA-CISA: ["restrict access to the admin center"]
#   grade: "S0, V"
#   since: "0.2.0"
package exchange.external.published_ecp

import data.lib.directories
import data.lib.params
import data.lib.publishing
import data.lib.result

_directories := directories.by_exposure("EcpVirtualDirectory")

violation contains publishing.published(directory, "ecp", names) if {
	some directory in _directories.internet
	directory.AdminEnabled == true
	names := _letting_through(directory)
}

violation contains object.union(publishing.published(directory, "ecp", names), {"severity": "low"}) if {
	some directory in _directories.internet
	directory.AdminEnabled == false
	names := _letting_through(directory)
}

_through := publishing.letting_through("ecp")

_letting_through(directory) := names if {
	names := _through[directory._server]
	not directory._server in publishing.filtered["/ecp"]
}

not_applicable contains result.not_applicable(directory, "not_external") if {
	some directory in _directories.elsewhere
}

unknown contains result.unstated(directory, "exposure", params.exposure_missing(directory._server)) if {
	some directory in _directories.unstated
}

unknown contains result.doubted(directory, doubt) if {
	some directory in _directories.internet
	not directory._server in publishing.filtered["/ecp"]
	doubt := publishing.doubt(directory._server)
}
