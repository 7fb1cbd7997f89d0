# METADATA
# title: ActiveSync of an internet-facing server accepts passwords
# description: |
#   A mobile client that may send user name and password goes around Conditional Access and multifactor
#   authentication. Basic is on by default here, so a rebuilt directory opens the hole again. Windows
#   authentication may stay on only where a device in front ends the client certificate (`params:
#   {certificate_device_servers: [...]}`).
# related_resources:
#   - ref: Securing external Exchange servers and Teams delegate scheduling
#     description: Consultant article
#   - ref: Set-ActiveSyncVirtualDirectory
#     description: Cmdlet reference
# custom:
#   id: EXT-001
#   severity: critical
#   category: EXT
#   profiles: [hma_external]
#   scope: server
#   requires:
#     - onprem.ActiveSyncVirtualDirectory.BasicAuthEnabled
#     - onprem.ActiveSyncVirtualDirectory.WindowsAuthEnabled
#   any_of: []
#   uses: []
#   params: [exposure]
#   automation: automated
#   remediation:
#     powershell: |
#       # Where a device in front signs in with Kerberos (client certificates), leave -WindowsAuthEnabled out.
#       Set-ActiveSyncVirtualDirectory -Identity {{identity}} -BasicAuthEnabled $false -WindowsAuthEnabled $false
#     rollback: |
#       Set-ActiveSyncVirtualDirectory -Identity {{identity}} -BasicAuthEnabled {{subject.BasicAuthEnabled}} -WindowsAuthEnabled {{subject.WindowsAuthEnabled}}
#   frameworks:
#     NSA-CISA: ["modern authentication"]
#     SCuBA: ["MS.AAD.1.1v1"]
#     NIST SP 800-53: ["CM-7"]
#   grade: "S0, V"
#   since: "0.1.0"
package exchange.external.basic_or_windows_on_activesync

import data.lib.directories
import data.lib.params
import data.lib.result

_directories := directories.by_exposure("ActiveSyncVirtualDirectory")

violation contains result.violation(directory, "BasicAuthEnabled", false) if {
	some directory in _directories.internet
	directory.BasicAuthEnabled == true
}

violation contains result.violation(directory, "WindowsAuthEnabled", false) if {
	some directory in _directories.internet
	directory.WindowsAuthEnabled == true
	not params.certificate_device(directory._server)
}

not_applicable contains result.not_applicable(directory, "not_external") if {
	some directory in _directories.elsewhere
}

unknown contains result.unstated(directory, "exposure", params.exposure_missing(directory._server)) if {
	some directory in _directories.unstated
}
