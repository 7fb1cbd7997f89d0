# METADATA
# title: Outlook Anywhere does without TLS
# description: |
#   With offloading on, or TLS not required, passwords and mail cross the network in the clear behind the
#   load balancer, and Extended Protection cannot be switched on. Before 2019 CU14 offloading is on by
#   factory default, so an untouched server fails. The flag for external clients counts where there is an
#   external host name. Medium inside while Extended Protection is off on this directory.
# related_resources:
#   - ref: Set-OutlookAnywhere
#     description: Cmdlet reference
#   - ref: https://learn.microsoft.com/exchange/plan-and-deploy/post-installation-tasks/security-best-practices/exchange-extended-protection
#     description: Configure Windows Extended Protection in Exchange Server
# custom:
#   id: OA-002
#   severity: high
#   category: OA
#   profiles: []
#   scope: server
#   requires:
#     - onprem.OutlookAnywhere.SSLOffloading
#     - onprem.OutlookAnywhere.InternalClientsRequireSsl
#   any_of: []
#   uses:
#     - onprem.OutlookAnywhere.ExternalClientsRequireSsl
#     - onprem.OutlookAnywhere.ExternalHostname
#     - onprem.OutlookAnywhere.ExtendedProtectionTokenChecking
#   params: []
#   automation: automated
#   remediation:
#     powershell: |
#       # A load balancer in front must speak TLS to the server before this.
#       Set-OutlookAnywhere -Identity {{identity}} -SSLOffloading $false -InternalClientsRequireSsl $true -ExternalClientsRequireSsl $true
#     rollback: |
#       Set-OutlookAnywhere -Identity {{identity}} -SSLOffloading {{subject.SSLOffloading}} -InternalClientsRequireSsl {{subject.InternalClientsRequireSsl}} -ExternalClientsRequireSsl {{subject.ExternalClientsRequireSsl}}
#   frameworks: {}
#   grade: "V"
#   since: "0.2.0"
package exchange.directories.tls_optional_on_outlook_anywhere

import data.lib.directories
import data.lib.params
import data.lib.result
import data.lib.value

_expected := {"SSLOffloading": false, "InternalClientsRequireSsl": true}

violation contains _graded(directory, property, expected) if {
	some directory in directories.frontends("OutlookAnywhere")
	some property, expected in _expected
	is_boolean(directory[property])
	directory[property] != expected
}

violation contains _graded(directory, "ExternalClientsRequireSsl", true) if {
	some directory in directories.frontends("OutlookAnywhere")
	value.filled(directory, "ExternalHostname")
	directory.ExternalClientsRequireSsl == false
}

_graded(directory, property, expected) := result.warning(directory, property, expected, "medium") if {
	params.exposure(directory._server) in {"internal", "exo_only"}
	directory.ExtendedProtectionTokenChecking == "None"
} else := result.violation(directory, property, expected)

# True is right with and without an external host name.
unknown contains result.undecided(directory, "ExternalHostname", value.reason(directory, "ExternalHostname")) if {
	some directory in directories.frontends("OutlookAnywhere")
	directory.ExternalClientsRequireSsl == false
	not value.settled(directory, "ExternalHostname")
}

unknown contains result.undecided(directory, "ExternalClientsRequireSsl", why) if {
	some directory in directories.frontends("OutlookAnywhere")
	why := value.reason(directory, "ExternalClientsRequireSsl")
	not value.empty(directory, "ExternalHostname")
}
