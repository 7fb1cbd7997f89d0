# METADATA
# title: A path with Extended Protection does not require TLS
# description: |
#   The channel binding token comes out of the TLS connection, so a path where Extended Protection is
#   expected or switched on must require TLS with the flags of the vendor's table. None on a path overrides
#   what the site requires. Untouched servers lack flags on Rpc, RpcWithCert and both MAPI back ends: the
#   vendor's script adds them.
# related_resources:
#   - ref: https://learn.microsoft.com/exchange/plan-and-deploy/post-installation-tasks/security-best-practices/exchange-extended-protection
#     description: Configure Windows Extended Protection in Exchange Server
#   - ref: https://github.com/microsoft/CSS-Exchange
#     description: HealthChecker, results of the Extended Protection check
# custom:
#   id: EP-002
#   severity: high
#   category: EP
#   profiles: []
#   scope: server
#   requires:
#     - host.ServerVersion.FileVersion
#     - host.IisApplication
#   any_of: []
#   uses:
#     - host.IisApplication.SiteName
#     - host.IisApplication.ApplicationPath
#     - host.IisApplication.ExtendedProtectionTokenChecking
#     - host.IisApplication.SslFlags
#     - onprem.ExchangeServer.IsEdgeServer
#     - onprem.ExchangeServer.ServerRole
#     - onprem.WebServicesVirtualDirectory
#     - onprem.AutodiscoverVirtualDirectory
#     - onprem.EcpVirtualDirectory
#     - onprem.MapiVirtualDirectory
#     - onprem.ActiveSyncVirtualDirectory
#     - onprem.OabVirtualDirectory
#     - onprem.OwaVirtualDirectory
#     - onprem.PowerShellVirtualDirectory
#     - onprem.OutlookAnywhere
#   params: []
#   automation: automated
#   remediation:
#     powershell: |
#       # The script of the vendor (https://aka.ms/ExchangeEPScript) sets the flags with the values.
#       # For a server that the Hybrid Agent publishes, add: -ExcludeVirtualDirectories "EWSFrontEnd"
#       .\ExchangeExtendedProtectionManagement.ps1 -ExchangeServerNames {{server}}
#     rollback: |
#       .\ExchangeExtendedProtectionManagement.ps1 -RollbackType RestoreConfiguration -ExchangeServerNames {{server}}
#   frameworks: {}
#   grade: "V"
#   since: "0.2.0"
package exchange.protection.ssl_flags_missing

import data.lib.extended_protection as ep
import data.lib.params
import data.lib.result
import data.lib.value

# Where the vendor's table expects a value; not on front-end EWS behind the Hybrid Agent.
_expecting contains path if {
	some path, row in ep.expected
	row.token_checking != "None"
	not _left_off(path)
}

_left_off("default web site/ews") if params.hybrid == "modern_agent"

# The paths of a server that must require TLS.
_concerned(version, path, _) if {
	path in _expecting
	ep.capable(version.FileVersion)
}

_concerned(_, _, application) if ep.strength(application.ExtendedProtectionTokenChecking) > 0

_lacking(path, application) := [flag |
	some flag in ep.expected[path].ssl_flags
	not lower(flag) in value.words(application.SslFlags)
]

violation contains {
	"subject": result.subject(version),
	"resource": result.judged(application),
	"property": "SslFlags",
	"observed": application.SslFlags,
	"expected": row.ssl_flags,
	"message": sprintf("%s lacks %s.", [row.path, concat(", ", lacking)]),
} if {
	some version in input.host.ServerVersion
	some path, those in ep.applications[version._server]
	some application in those
	_concerned(version, path, application)
	value.decided(application, "SslFlags")
	row := ep.expected[path]
	lacking := _lacking(path, application)
	count(lacking) > 0
}

not_applicable contains result.not_applicable(version, "edge_server") if {
	some version in input.host.ServerVersion
	version._server in ep.edge
}

_concerns(version) if {
	some path, those in ep.applications[version._server]
	some application in those
	_concerned(version, path, application)
}

not_applicable contains result.not_applicable(version, "build_without_extended_protection") if {
	some version in input.host.ServerVersion
	ep.incapable(version.FileVersion)
	not _concerns(version)
}

unknown contains result.unknown(version, "not_collected", sprintf(
	"Nothing is known of %s. Read applicationHost.config of the server.",
	[concat(", ", sort(ep.missing(version)))],
)) if {
	some version in input.host.ServerVersion
	not version._server in ep.edge
	count(ep.missing(version)) > 0
}

unknown contains result.unknown(version, "build_not_in_table", sprintf(
	"Whether build %v can do Extended Protection is not on record.",
	[version.FileVersion],
)) if {
	some version in input.host.ServerVersion
	not version._server in ep.edge
	is_string(version.FileVersion)
	not ep.capable(version.FileVersion)
	not ep.incapable(version.FileVersion)
}

unknown contains object.union(
	result.unknown(version, why, sprintf("%s of %s has no usable value (%s).", [property, application._key, why])),
	{"property": property},
) if {
	some version in input.host.ServerVersion
	some _, those in ep.applications[version._server]
	some application in those
	some property in {"SslFlags", "ExtendedProtectionTokenChecking"}
	why := value.reason(application, property)
}
