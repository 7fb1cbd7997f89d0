# METADATA
# title: The Exchange admin center is served to the internet, or nowhere
# description: |
#   AdminEnabled off takes the administration pages from a server that faces the internet; users keep their
#   options page. Somewhere inside it must stay on, or nobody can administer in a browser. A further web
#   site of an internet-facing server may keep it, which is one of the two documented ways; the other, for
#   Exchange 2019, are client access rules, which are not looked at.
# related_resources:
#   - ref: https://learn.microsoft.com/exchange/architecture/client-access/turn-off-access-to-eac
#     description: Turn off access to the Exchange admin center
#   - ref: Set-EcpVirtualDirectory
#     description: Cmdlet reference
# custom:
#   id: ECP-001
#   severity: high
#   category: ECP
#   profiles: []
#   scope: organization
#   requires:
#     - onprem.EcpVirtualDirectory.AdminEnabled
#   any_of: []
#   uses: []
#   params: [exposure]
#   automation: automated
#   remediation:
#     powershell: |
#       # Make sure first that an internal server keeps AdminEnabled on.
#       Set-EcpVirtualDirectory -Identity {{identity}} -AdminEnabled {{expected.AdminEnabled}}
#       Invoke-Command -ComputerName {{server}} -ScriptBlock { iisreset }
#     rollback: |
#       Set-EcpVirtualDirectory -Identity {{identity}} -AdminEnabled {{observed.AdminEnabled}}
#       Invoke-Command -ComputerName {{server}} -ScriptBlock { iisreset }
#   frameworks:
#     NSA-CISA: ["restrict EAC access"]
#     DISA STIG: ["EX19-MB-000173 (V-259698)"]
#   grade: "S0, V"
#   since: "0.2.0"
package exchange.directories.admin_center_on_external_server

import data.lib.coverage
import data.lib.directories
import data.lib.params
import data.lib.result

_kind := "EcpVirtualDirectory"

_directories := directories.frontends("EcpVirtualDirectory")

_by_exposure := directories.by_exposure("EcpVirtualDirectory")

_servers := {directory._server | some directory in _directories}

_default := {directory._key |
	some directory in _directories
	endswith(lower(directory._key), "(default web site)")
}

_with_default := {directory._server |
	some directory in _directories
	directory._key in _default
}

# A further web site beside the default one: a way to keep the admin center inside.
_further := {directory._key |
	some directory in _directories
	not directory._key in _default
	directory._server in _with_default
}

_published := [directory |
	some directory in _by_exposure.internet
	not directory._key in _further
]

# What may serve the admin center.
_inside := array.concat(_by_exposure.elsewhere, [directory |
	some directory in _by_exposure.internet
	directory._key in _further
])

subject := {result.judged_organization} | result.subjects(_directories)

violation contains result.violation(directory, "AdminEnabled", false) if {
	some directory in _published
	directory.AdminEnabled == true
}

violation contains result.lacking(
	[],
	"AdminEnabled on, on one server inside",
	"No server inside serves the Exchange admin center: set AdminEnabled to True on one of them.",
) if {
	count(_servers) > 1
	coverage.complete("onprem", _kind)
	every directory in array.concat(_inside, _by_exposure.unstated) {
		directory.AdminEnabled == false
	}
}

not_applicable contains result.not_applicable(directory, "not_external") if {
	some directory in _by_exposure.elsewhere
}

not_applicable contains result.not_applicable(directory, "further_site") if {
	some directory in _by_exposure.internet
	directory._key in _further
}

# It cannot be both on and off.
not_applicable contains {"subject": result.organization, "reason": "single_server"} if count(_servers) < 2

unknown contains result.unstated(directory, "exposure", params.exposure_missing(directory._server)) if {
	some directory in _by_exposure.unstated
}

unknown contains {
	"subject": result.organization,
	"reason": "param_missing",
	"param": "exposure",
	"message": params.exposure_missing(directory._server),
} if {
	count(_servers) > 1
	not _served_inside
	some directory in _by_exposure.unstated
	directory.AdminEnabled == true
}

_served_inside if {
	some directory in _inside
	directory.AdminEnabled == true
}
