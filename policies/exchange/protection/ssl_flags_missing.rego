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

_version := {version._server: version | some version in input.host.ServerVersion}

# The flags that a path must have and these lack; each list of flags is judged once.
_lacking[[path, flags]] := lacking if {
	some [path, flags] in {[row.path, row.resource.SslFlags] | some row in ep.applications}
	not value.undecided(flags)
	lacking := [flag |
		some flag in ep.expected[path].ssl_flags
		not lower(flag) in value.words(flags)
	]
	count(lacking) > 0
}

# The path of a server must require TLS.
_concerned(row) if {
	row.path in _expecting
	_version[row.server].FileVersion in ep.capable_builds
}

_concerned(row) if ep.strength(row.resource.ExtendedProtectionTokenChecking) > 0

violation contains {
	"subject": result.subject(version),
	"resource": result.judged(row.resource),
	"property": "SslFlags",
	"observed": flags,
	"expected": wanted.ssl_flags,
	"message": sprintf("%s lacks %s.", [wanted.path, concat(", ", lacking)]),
} if {
	some [path, flags], lacking in _lacking
	wanted := ep.expected[path]
	some row in ep.applications
	row.path == path
	row.resource.SslFlags == flags
	_concerned(row)
	version := _version[row.server]
}

not_applicable contains result.not_applicable(version, "edge_server") if {
	some version in input.host.ServerVersion
	version._server in ep.edge
}

_concerned_servers contains row.server if {
	some row in ep.applications
	_concerned(row)
}

not_applicable contains result.not_applicable(version, "build_without_extended_protection") if {
	some version in input.host.ServerVersion
	version.FileVersion in ep.incapable_builds
	not version._server in _concerned_servers
}

unknown contains result.unseen("IisApplication", version, sprintf(
	"Nothing is known of %s. Read applicationHost.config of the server.",
	[concat(", ", sort(paths))],
)) if {
	some server, paths in ep.missing
	not server in ep.edge
	version := _version[server]
}

unknown contains result.unknown(version, "build_not_in_table", sprintf(
	"Whether build %v can do Extended Protection is not on record.",
	[version.FileVersion],
)) if {
	some version in input.host.ServerVersion
	is_string(version.FileVersion)
	not version.FileVersion in ep.capable_builds
	not version.FileVersion in ep.incapable_builds
	not version._server in ep.edge
}

_applications := [row.resource | some row in ep.applications]

unknown contains object.union(
	result.unknown(version, why, sprintf("%s of %s has no usable value (%s).", [property, application._key, why])),
	{"property": property, "kind": "IisApplication"},
) if {
	some property in {"SslFlags", "ExtendedProtectionTokenChecking"}
	some [application, why] in value.unclear(_applications, property)
	version := _version[application._server]
}
