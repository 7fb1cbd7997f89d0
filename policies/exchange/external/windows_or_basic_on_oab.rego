# METADATA
# title: The offline address book of an internet-facing server accepts passwords
# description: |
#   The offline address book hands every address of the organization to whoever guesses one password.
#   From the internet it is reached with tokens only.
# related_resources:
#   - ref: Securing external Exchange servers and Teams delegate scheduling
#     description: Consultant article
# custom:
#   id: EXT-004
#   severity: high
#   category: EXT
#   profiles: [hma_external]
#   scope: server
#   requires:
#     - onprem.OabVirtualDirectory.WindowsAuthentication
#     - onprem.OabVirtualDirectory.BasicAuthentication
#     - onprem.OabVirtualDirectory.OAuthAuthentication
#   any_of: []
#   uses: []
#   params: [exposure]
#   automation: automated
#   remediation:
#     powershell: |
#       Set-OabVirtualDirectory -Identity {{identity}} -WindowsAuthentication $false -BasicAuthentication $false -OAuthAuthentication $true
#     rollback: |
#       Set-OabVirtualDirectory -Identity {{identity}} -WindowsAuthentication {{subject.WindowsAuthentication}} -BasicAuthentication {{subject.BasicAuthentication}} -OAuthAuthentication {{subject.OAuthAuthentication}}
#   frameworks: {}
#   grade: "S0, V"
#   since: "0.1.0"
package exchange.external.windows_or_basic_on_oab

import data.lib.directories
import data.lib.params
import data.lib.result

_directories := directories.by_exposure("OabVirtualDirectory")

violation contains result.violation(directory, property, false) if {
	some directory in _directories.internet
	some property in {"WindowsAuthentication", "BasicAuthentication"}
	directory[property] == true
}

violation contains result.violation(directory, "OAuthAuthentication", true) if {
	some directory in _directories.internet
	directory.OAuthAuthentication == false
}

not_applicable contains result.not_applicable(directory, "not_external") if {
	some directory in _directories.elsewhere
}

unknown contains result.unstated(directory, "exposure", params.exposure_missing(directory._server)) if {
	some directory in _directories.unstated
}
