# METADATA
# title: EWS of an internet-facing server accepts passwords
# description: |
#   Exchange Web Services gives full access to a mailbox and is the usual target of password spraying:
#   from the internet it must take tokens only. Mailbox moves and Exchange Online's own lookups need an
#   unaltered EWS; give them a namespace and servers of their own (exposure `exo_only`) instead.
#   WSSecurity carries no passwords and only warns. The DISA STIG control EX19-MB-000020 (V-259650) asks
#   for the opposite, Windows authentication only; never run both profiles.
# related_resources:
#   - ref: Securing external Exchange servers and Teams delegate scheduling
#     description: Consultant article
#   - ref: Set-WebServicesVirtualDirectory
#     description: Cmdlet reference
# custom:
#   id: EXT-002
#   severity: critical
#   category: EXT
#   profiles: [hma_external]
#   scope: server
#   requires:
#     - onprem.WebServicesVirtualDirectory.WindowsAuthentication
#     - onprem.WebServicesVirtualDirectory.BasicAuthentication
#     - onprem.WebServicesVirtualDirectory.DigestAuthentication
#     - onprem.WebServicesVirtualDirectory.OAuthAuthentication
#     - onprem.WebServicesVirtualDirectory.WSSecurityAuthentication
#   any_of: []
#   uses: []
#   params: [exposure]
#   automation: automated
#   remediation:
#     powershell: |
#       # Where federation (DAuth) is not used, add -WSSecurityAuthentication $false.
#       Set-WebServicesVirtualDirectory -Identity {{identity}} -WindowsAuthentication $false -BasicAuthentication $false -DigestAuthentication $false -OAuthAuthentication $true
#     rollback: |
#       Set-WebServicesVirtualDirectory -Identity {{identity}} -WindowsAuthentication {{subject.WindowsAuthentication}} -BasicAuthentication {{subject.BasicAuthentication}} -DigestAuthentication {{subject.DigestAuthentication}} -OAuthAuthentication {{subject.OAuthAuthentication}}
#   frameworks:
#     NSA-CISA: ["modern authentication"]
#   grade: "S0, V"
#   since: "0.1.0"
package exchange.external.windows_or_basic_on_ews

import data.lib.directories
import data.lib.params
import data.lib.result

_directories := directories.by_exposure("WebServicesVirtualDirectory")

violation contains result.violation(directory, property, false) if {
	some directory in _directories.internet
	some property in {"WindowsAuthentication", "BasicAuthentication", "DigestAuthentication"}
	directory[property] == true
}

# Nothing leaks without OAuth, but the directory serves nobody (HMA-001, which is high).
violation contains result.warning(directory, "OAuthAuthentication", true, "high") if {
	some directory in _directories.internet
	directory.OAuthAuthentication == false
}

# Needed for DAuth federation alone, which does not carry passwords.
violation contains result.warning(directory, "WSSecurityAuthentication", false, "low") if {
	some directory in _directories.internet
	directory.WSSecurityAuthentication == true
}

not_applicable contains result.not_applicable(directory, "not_external") if {
	some directory in _directories.elsewhere
}

unknown contains result.unstated(directory, "exposure", params.exposure_missing(directory._server)) if {
	some directory in _directories.unstated
}
