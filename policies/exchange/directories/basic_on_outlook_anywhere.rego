# METADATA
# title: Outlook Anywhere offers Basic authentication
# description: |
#   Outlook Anywhere can never carry OAuth, and Basic sends the password with each request. An untouched
#   server offers Basic here, so this is the factory state inside; on a server that faces the internet
#   it is a way in. The DISA STIG control named below asks for NTLM, as the fix does.
# related_resources:
#   - ref: Set-OutlookAnywhere
#     description: Cmdlet reference
# custom:
#   id: OA-001
#   severity: high
#   category: OA
#   profiles: []
#   scope: server
#   requires:
#     - onprem.OutlookAnywhere.IISAuthenticationMethods
#     - onprem.OutlookAnywhere.ExternalClientAuthenticationMethod
#     - onprem.OutlookAnywhere.InternalClientAuthenticationMethod
#   any_of: []
#   uses:
#     - onprem.OutlookAnywhere.ExternalClientsRequireSsl
#     - onprem.OutlookAnywhere.InternalClientsRequireSsl
#     - onprem.OutlookAnywhere.SSLOffloading
#   params: []
#   automation: automated
#   remediation:
#     powershell: |
#       Set-OutlookAnywhere -Identity {{identity}} -DefaultAuthenticationMethod NTLM -SSLOffloading $false -ExternalClientsRequireSsl $true -InternalClientsRequireSsl $true
#     rollback: |
#       Set-OutlookAnywhere -Identity {{identity}} -IISAuthenticationMethods {{subject.IISAuthenticationMethods}} -ExternalClientAuthenticationMethod {{subject.ExternalClientAuthenticationMethod}} -InternalClientAuthenticationMethod {{subject.InternalClientAuthenticationMethod}} -SSLOffloading {{subject.SSLOffloading}} -ExternalClientsRequireSsl {{subject.ExternalClientsRequireSsl}} -InternalClientsRequireSsl {{subject.InternalClientsRequireSsl}}
#   frameworks:
#     DISA STIG: ["EX19-MB-000203 (V-259703)"]
#   grade: "V"
#   since: "0.1.0"
package exchange.directories.basic_on_outlook_anywhere

import data.lib.directories
import data.lib.methods
import data.lib.params
import data.lib.result

violation contains _graded(directory, "IISAuthenticationMethods", _without_basic(directory)) if {
	some directory in directories.frontends("OutlookAnywhere")
	methods.offers(directory, "IISAuthenticationMethods", "Basic")
}

violation contains _graded(directory, property, "Ntlm") if {
	some directory in directories.frontends("OutlookAnywhere")
	some property in {"ExternalClientAuthenticationMethod", "InternalClientAuthenticationMethod"}
	methods.offers(directory, property, "Basic")
}

_without_basic(directory) := [method |
	some method in directory.IISAuthenticationMethods
	lower(method) != "basic"
]

# Medium inside; a server of unknown exposure keeps the full severity.
_graded(directory, property, expected) := result.warning(directory, property, expected, "medium") if {
	params.exposure(directory._server) in {"internal", "exo_only"}
} else := result.violation(directory, property, expected)
