# METADATA
# title: MAPI of an internet-facing server offers more than OAuth
# description: |
#   Outlook falls back to NTLM wherever it is offered, and the sign-in then bypasses Conditional Access.
#   On a server reachable from the internet the method list holds OAuth and nothing else.
# related_resources:
#   - ref: Securing external Exchange servers and Teams delegate scheduling
#     description: Consultant article
#   - ref: Set-MapiVirtualDirectory
#     description: Cmdlet reference
# custom:
#   id: EXT-003
#   severity: critical
#   category: EXT
#   profiles: [hma_external]
#   scope: server
#   requires:
#     - onprem.MapiVirtualDirectory.IISAuthenticationMethods
#   any_of: []
#   uses: []
#   params: [exposure]
#   automation: automated
#   remediation:
#     powershell: |
#       Set-MapiVirtualDirectory -Identity {{identity}} -IISAuthenticationMethods {{expected.IISAuthenticationMethods}}
#     rollback: |
#       Set-MapiVirtualDirectory -Identity {{identity}} -IISAuthenticationMethods {{observed.IISAuthenticationMethods}}
#   frameworks:
#     NSA-CISA: ["modern authentication"]
#   grade: "S0, V"
#   since: "0.1.0"
package exchange.external.other_than_oauth_on_mapi

import data.lib.directories
import data.lib.methods
import data.lib.params
import data.lib.result
import data.lib.value

_directories := directories.by_exposure("MapiVirtualDirectory")

# The lists with another method, each judged once.
_mixed := {list |
	some list in {directory.IISAuthenticationMethods | some directory in _directories.internet}
	count(methods.others({"list": list}, "list", {"OAuth"})) > 0
}

violation contains result.violation(directory, "IISAuthenticationMethods", ["OAuth"]) if {
	some directory in _directories.internet
	directory.IISAuthenticationMethods in _mixed
}

unknown contains object.union(
	result.unknown(directory, "null_or_empty", methods.empty_list),
	{"property": "IISAuthenticationMethods"},
) if {
	some directory in _directories.internet
	value.empty(directory, "IISAuthenticationMethods")
}

not_applicable contains result.not_applicable(directory, "not_external") if {
	some directory in _directories.elsewhere
}

unknown contains result.unstated(directory, "exposure", params.exposure_missing(directory._server)) if {
	some directory in _directories.unstated
}
