# METADATA
# title: Digest authentication on EWS, Autodiscover, OWA or ECP
# description: |
#   Digest is obsolete and needs passwords that are stored reversibly or as MD5. The factory value is off on
#   all four directories (IIS of five lab servers, 2013 to 2019), so somebody switched it on.
# related_resources:
#   - ref: Set-WebServicesVirtualDirectory
#     description: Cmdlet reference
#   - ref: https://learn.microsoft.com/exchange/clients/default-virtual-directory-settings
#     description: Default settings for Exchange virtual directories
# custom:
#   id: VDIR-002
#   severity: medium
#   category: VDIR
#   profiles: []
#   scope: server
#   requires:
#     - onprem.WebServicesVirtualDirectory
#     - onprem.AutodiscoverVirtualDirectory
#     - onprem.OwaVirtualDirectory
#     - onprem.EcpVirtualDirectory
#   any_of: []
#   uses:
#     - onprem.WebServicesVirtualDirectory.DigestAuthentication
#     - onprem.AutodiscoverVirtualDirectory.DigestAuthentication
#     - onprem.OwaVirtualDirectory.DigestAuthentication
#     - onprem.EcpVirtualDirectory.DigestAuthentication
#   params: []
#   automation: automated
#   remediation:
#     powershell: |
#       # Takes Digest off all four directories of the server.
#       Get-WebServicesVirtualDirectory -Server {{server}} | Set-WebServicesVirtualDirectory -DigestAuthentication $false
#       Get-AutodiscoverVirtualDirectory -Server {{server}} | Set-AutodiscoverVirtualDirectory -DigestAuthentication $false
#       Get-OwaVirtualDirectory -Server {{server}} | Set-OwaVirtualDirectory -DigestAuthentication $false
#       Get-EcpVirtualDirectory -Server {{server}} | Set-EcpVirtualDirectory -DigestAuthentication $false
#     rollback: |
#       # Only on the directory of this finding, -DigestAuthentication $true with the cmdlet of its kind.
#       Get-OwaVirtualDirectory -Server {{server}} | Format-List Identity, DigestAuthentication
#       Get-EcpVirtualDirectory -Server {{server}} | Format-List Identity, DigestAuthentication
#       Get-WebServicesVirtualDirectory -Server {{server}} | Format-List Identity, DigestAuthentication
#       Get-AutodiscoverVirtualDirectory -Server {{server}} | Format-List Identity, DigestAuthentication
#   frameworks: {}
#   grade: "V"
#   since: "0.2.0"
package exchange.directories.digest_on_directories

import data.lib.directories
import data.lib.result
import data.lib.value

_directories := [directory |
	some found in [
		directories.frontends("WebServicesVirtualDirectory"),
		directories.frontends("AutodiscoverVirtualDirectory"),
		directories.frontends("OwaVirtualDirectory"),
		directories.frontends("EcpVirtualDirectory"),
	]
	some directory in found
]

subject := result.subjects(_directories)

violation contains result.violation(directory, "DigestAuthentication", false) if {
	some directory in _directories
	directory.DigestAuthentication == true
}

unknown contains result.undecided(directory, "DigestAuthentication", why) if {
	some [directory, why] in value.unclear(_directories, "DigestAuthentication")
}
