# METADATA
# title: Autodiscover of an internet-facing server accepts passwords
# description: |
#   Autodiscover answers for every mailbox, which makes it a favourite of password spraying, and Basic
#   is on here by factory default. Windows authentication only warns: domain-joined clients on the
#   internal network use it, from the internet it is one more place to guess passwords.
# related_resources:
#   - ref: Securing external Exchange servers and Teams delegate scheduling
#     description: Consultant article
#   - ref: https://learn.microsoft.com/exchange/clients/default-virtual-directory-settings
#     description: Default settings for Exchange virtual directories
# custom:
#   id: EXT-005
#   severity: high
#   category: EXT
#   profiles: [hma_external]
#   scope: server
#   requires:
#     - onprem.AutodiscoverVirtualDirectory.BasicAuthentication
#     - onprem.AutodiscoverVirtualDirectory.DigestAuthentication
#     - onprem.AutodiscoverVirtualDirectory.WindowsAuthentication
#     - onprem.AutodiscoverVirtualDirectory.OAuthAuthentication
#   any_of: []
#   uses: []
#   params: [exposure]
#   automation: automated
#   remediation:
#     powershell: |
#       # Add -WindowsAuthentication $false where no domain-joined client uses this server for Autodiscover.
#       Set-AutodiscoverVirtualDirectory -Identity {{identity}} -BasicAuthentication $false -DigestAuthentication $false -OAuthAuthentication $true
#     rollback: |
#       Set-AutodiscoverVirtualDirectory -Identity {{identity}} -BasicAuthentication {{subject.BasicAuthentication}} -DigestAuthentication {{subject.DigestAuthentication}} -OAuthAuthentication {{subject.OAuthAuthentication}}
#   frameworks:
#     NSA-CISA: ["modern authentication"]
#   grade: "V, K"
#   since: "0.1.0"
package exchange.external.basic_or_digest_on_autodiscover

import data.lib.directories
import data.lib.params
import data.lib.result

_directories := directories.by_exposure("AutodiscoverVirtualDirectory")

violation contains result.violation(directory, property, false) if {
	some directory in _directories.internet
	some property in {"BasicAuthentication", "DigestAuthentication"}
	directory[property] == true
}

violation contains result.violation(directory, "OAuthAuthentication", true) if {
	some directory in _directories.internet
	directory.OAuthAuthentication == false
}

violation contains result.warning(directory, "WindowsAuthentication", false, "low") if {
	some directory in _directories.internet
	directory.WindowsAuthentication == true
}

not_applicable contains result.not_applicable(directory, "not_external") if {
	some directory in _directories.elsewhere
}

unknown contains result.unstated(directory, "exposure", params.exposure_missing(directory._server)) if {
	some directory in _directories.unstated
}
