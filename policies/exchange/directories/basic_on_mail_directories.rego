# METADATA
# title: Basic authentication on EWS, MAPI or the offline address book
# description: |
#   Basic sends the password with each request. The factory value is off on all three directories (IIS
#   of five lab servers, 2013 to 2019), although the cmdlet reference calls Basic the default of EWS and
#   OAB; somebody switched it on.
# related_resources:
#   - ref: https://learn.microsoft.com/exchange/clients/default-virtual-directory-settings
#     description: Default settings for Exchange virtual directories
#   - ref: https://github.com/microsoft/CSS-Exchange
#     description: HealthChecker test data, lab exports of one 2019 server
#   - ref: Set-WebServicesVirtualDirectory
#     description: Cmdlet reference
# custom:
#   id: VDIR-001
#   severity: high
#   category: VDIR
#   profiles: []
#   scope: server
#   requires:
#     - onprem.WebServicesVirtualDirectory
#     - onprem.MapiVirtualDirectory
#     - onprem.OabVirtualDirectory
#   any_of: []
#   uses:
#     - onprem.WebServicesVirtualDirectory.BasicAuthentication
#     - onprem.MapiVirtualDirectory.IISAuthenticationMethods
#     - onprem.OabVirtualDirectory.BasicAuthentication
#   params: []
#   automation: automated
#   remediation:
#     powershell: |
#       # Takes Basic off all three directories of the server.
#       Get-WebServicesVirtualDirectory -Server {{server}} | Set-WebServicesVirtualDirectory -BasicAuthentication $false
#       Get-OabVirtualDirectory -Server {{server}} | Set-OabVirtualDirectory -BasicAuthentication $false
#       Get-MapiVirtualDirectory -Server {{server}} | ForEach-Object { Set-MapiVirtualDirectory -Identity $_.Identity -IISAuthenticationMethods @($_.IISAuthenticationMethods | Where-Object { $_ -ne 'Basic' }) }
#     rollback: |
#       # Only on the directory of this finding, with the cmdlet of its kind:
#       # -BasicAuthentication $true for EWS and OAB, the former -IISAuthenticationMethods for MAPI.
#       Get-WebServicesVirtualDirectory -Server {{server}} | Format-List Identity, BasicAuthentication
#   frameworks:
#     NSA-CISA: ["modern authentication"]
#   grade: "S2, V"
#   since: "0.1.0"
package exchange.directories.basic_on_mail_directories

import data.lib.directories
import data.lib.methods
import data.lib.result
import data.lib.value

_deciding := {
	"WebServicesVirtualDirectory": "BasicAuthentication",
	"OabVirtualDirectory": "BasicAuthentication",
	"MapiVirtualDirectory": "IISAuthenticationMethods",
}

_frontends := {
	"WebServicesVirtualDirectory": directories.frontends("WebServicesVirtualDirectory"),
	"OabVirtualDirectory": directories.frontends("OabVirtualDirectory"),
	"MapiVirtualDirectory": directories.frontends("MapiVirtualDirectory"),
}

subject := result.subjects([directory | some found in _frontends; some directory in found])

violation contains result.violation(directory, "BasicAuthentication", false) if {
	some kind in {"WebServicesVirtualDirectory", "OabVirtualDirectory"}
	some directory in object.get(_frontends, kind, [])
	directory.BasicAuthentication == true
}

violation contains result.violation(directory, "IISAuthenticationMethods", _without_basic(directory)) if {
	some directory in methods.offering(_frontends.MapiVirtualDirectory, "IISAuthenticationMethods", "Basic")
}

_without_basic(directory) := [method |
	some method in directory.IISAuthenticationMethods
	lower(method) != "basic"
]

unknown contains result.undecided(directory, property, why) if {
	some kind, property in _deciding
	some [directory, why] in value.unclear(_frontends[kind], property)
}

unknown contains result.undecided(directory, "IISAuthenticationMethods", "null_or_empty") if {
	some directory in _frontends.MapiVirtualDirectory
	directory.IISAuthenticationMethods == []
}
