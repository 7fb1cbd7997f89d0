# METADATA
# title: Outlook on the web is published from a server that faces the internet
# description: |
#   A sign-in page for every browser in the world, and the place of the cross-site scripting flaw of 2026
#   (CVE-2026-42897). An empty ExternalUrl steers clients and blocks nothing: what counts is what the
#   device in front lets through, which the operator states under `namespaces`. A filter of addresses in
#   IIS counts as blocked. Publishing it through the Entra application proxy is not supported by the
#   vendor; Hybrid Modern Authentication for it, or a device that signs people in first, is a reason to
#   waive this.
# related_resources:
#   - ref: Securing external Exchange servers and Teams delegate scheduling
#     description: Consultant article
#   - ref: https://learn.microsoft.com/microsoft-365/enterprise/configure-exchange-server-for-hybrid-modern-authentication
#     description: Configure Exchange Server on-premises to use Hybrid Modern Authentication
# custom:
#   id: EXT-006
#   severity: high
#   category: EXT
#   profiles: [hma_external]
#   scope: server
#   requires:
#     - onprem.OwaVirtualDirectory.ExternalUrl
#     - onprem.WebServicesVirtualDirectory.ExternalUrl
#     - onprem.MapiVirtualDirectory.ExternalUrl
#     - onprem.OabVirtualDirectory.ExternalUrl
#     - onprem.EcpVirtualDirectory.ExternalUrl
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
#       # Better: take /owa off the paths that the device in front publishes; nothing changes in Exchange.
#       # Where the device cannot do that, filter in IIS. First what must stay, at least loopback and the addresses of
#       # the server (managed availability probes them), and only then refuse the rest:
#       Install-WindowsFeature -ComputerName {{server}} -Name Web-IP-Security
#       Invoke-Command -ComputerName {{server}} -ScriptBlock { Add-WebConfigurationProperty -PSPath 'MACHINE/WEBROOT/APPHOST' -Location 'Default Web Site/owa' -Filter 'system.webServer/security/ipSecurity' -Name '.' -Value @{ipAddress='127.0.0.1';allowed='true'} }
#       Invoke-Command -ComputerName {{server}} -ScriptBlock { Set-WebConfigurationProperty -PSPath 'MACHINE/WEBROOT/APPHOST' -Location 'Default Web Site/owa' -Filter 'system.webServer/security/ipSecurity' -Name allowUnlisted -Value $false }
#     rollback: |
#       # Publish /owa again on the device, or:
#       Invoke-Command -ComputerName {{server}} -ScriptBlock { Set-WebConfigurationProperty -PSPath 'MACHINE/WEBROOT/APPHOST' -Location 'Default Web Site/owa' -Filter 'system.webServer/security/ipSecurity' -Name allowUnlisted -Value $true }
#   frameworks:
#     NSA-CISA: ["restrict access"]
#   grade: "S0, V"
#   since: "0.2.0"
package exchange.external.published_owa

import data.lib.directories
import data.lib.params
import data.lib.publishing
import data.lib.result

_directories := directories.by_exposure("OwaVirtualDirectory")

_through := publishing.letting_through("owa")

violation contains publishing.published(directory, "owa", names) if {
	some directory in _directories.internet
	names := _through[directory._server]
	not directory._server in publishing.filtered["/owa"]
}

not_applicable contains result.not_applicable(directory, "not_external") if {
	some directory in _directories.elsewhere
}

unknown contains result.unstated(directory, "exposure", params.exposure_missing(directory._server)) if {
	some directory in _directories.unstated
}

unknown contains result.doubted(directory, doubt) if {
	some directory in _directories.internet
	not directory._server in publishing.filtered["/owa"]
	doubt := publishing.doubt(directory._server)
}
