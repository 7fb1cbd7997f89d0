# METADATA
# title: The PowerShell directory accepts Basic authentication
# description: |
#   The factory value is off for Basic and Windows (IIS default table, five lab servers from 2013 to
#   2019). Modifying this directory is not supported unless the vendor's support advises it, so a True
#   is somebody's change and the fix is a return to the factory value. RequireSSL off is by design on
#   the front end.
# related_resources:
#   - ref: Set-PowerShellVirtualDirectory
#     description: Cmdlet reference
#   - ref: https://learn.microsoft.com/exchange/clients/default-virtual-directory-settings
#     description: Default settings for Exchange virtual directories
# custom:
#   id: PS-001
#   severity: high
#   category: PS
#   profiles: []
#   scope: server
#   requires:
#     - onprem.PowerShellVirtualDirectory.BasicAuthentication
#   any_of: []
#   uses: []
#   params: []
#   automation: automated
#   remediation:
#     powershell: |
#       Set-PowerShellVirtualDirectory -Identity {{identity}} -BasicAuthentication $false
#     rollback: |
#       Set-PowerShellVirtualDirectory -Identity {{identity}} -BasicAuthentication {{observed.BasicAuthentication}}
#   frameworks:
#     NSA-CISA: ["remote PowerShell"]
#   grade: "V"
#   since: "0.1.0"
package exchange.directories.basic_on_powershell

import data.lib.directories
import data.lib.result

violation contains result.violation(directory, "BasicAuthentication", false) if {
	some directory in directories.frontends("PowerShellVirtualDirectory")
	directory.BasicAuthentication == true
}
