# METADATA
# title: Extended Protection is not at its expected value
# description: |
#   Without channel binding, an attacker who relays an NTLM sign-in gets into Exchange. Each path of both
#   web sites has one value that the vendor supports: weaker is open to relaying, stricter breaks clients
#   (older versions of the vendor's script set two front-end paths too strictly). A filter of addresses on
#   the back end of EWS is the vendor's mitigation there, and servers behind the Hybrid Agent leave it off
#   on front-end EWS. On a build that cannot do it, any value but None breaks clients.
# related_resources:
#   - ref: https://learn.microsoft.com/exchange/plan-and-deploy/post-installation-tasks/security-best-practices/exchange-extended-protection
#     description: Configure Windows Extended Protection in Exchange Server
#   - ref: https://microsoft.github.io/CSS-Exchange/Security/ExchangeExtendedProtectionManagement/
#     description: ExchangeExtendedProtectionManagement.ps1
# custom:
#   id: EP-001
#   severity: high
#   category: EP
#   profiles: []
#   scope: server
#   requires:
#     - host.ServerVersion.FileVersion
#   any_of:
#     - [host.IisApplication]
#     - - onprem.WebServicesVirtualDirectory
#       - onprem.AutodiscoverVirtualDirectory
#       - onprem.EcpVirtualDirectory
#       - onprem.MapiVirtualDirectory
#       - onprem.ActiveSyncVirtualDirectory
#       - onprem.OabVirtualDirectory
#       - onprem.OwaVirtualDirectory
#       - onprem.PowerShellVirtualDirectory
#       - onprem.OutlookAnywhere
#   uses:
#     - host.IisApplication.SiteName
#     - host.IisApplication.ApplicationPath
#     - host.IisApplication.ExtendedProtectionTokenChecking
#     - host.IisApplication.IpSecurityAllowUnlisted
#     - onprem.WebServicesVirtualDirectory.ExtendedProtectionTokenChecking
#     - onprem.AutodiscoverVirtualDirectory.ExtendedProtectionTokenChecking
#     - onprem.EcpVirtualDirectory.ExtendedProtectionTokenChecking
#     - onprem.MapiVirtualDirectory.ExtendedProtectionTokenChecking
#     - onprem.ActiveSyncVirtualDirectory.ExtendedProtectionTokenChecking
#     - onprem.OabVirtualDirectory.ExtendedProtectionTokenChecking
#     - onprem.OwaVirtualDirectory.ExtendedProtectionTokenChecking
#     - onprem.PowerShellVirtualDirectory.ExtendedProtectionTokenChecking
#     - onprem.OutlookAnywhere.ExtendedProtectionTokenChecking
#     - onprem.ExchangeServer.IsEdgeServer
#     - onprem.ExchangeServer.ServerRole
#   params: []
#   automation: automated
#   remediation:
#     powershell: |
#       # The script of the vendor (https://aka.ms/ExchangeEPScript) sets every path and checks what must be there first.
#       # For a server that the Hybrid Agent publishes, add: -ExcludeVirtualDirectories "EWSFrontEnd"
#       .\ExchangeExtendedProtectionManagement.ps1 -ExchangeServerNames {{server}}
#     rollback: |
#       .\ExchangeExtendedProtectionManagement.ps1 -RollbackType RestoreConfiguration -ExchangeServerNames {{server}}
#   frameworks:
#     NSA-CISA: ["Extended Protection"]
#   grade: "V"
#   since: "0.2.0"
package exchange.protection.unexpected_token_checking

import data.lib.extended_protection as ep
import data.lib.params
import data.lib.result
import data.lib.value

_version := {version._server: version | some version in input.host.ServerVersion}

_resources := [row.resource | some row in ep.found]

# The values that a path has and should not have; each is judged once.
_unexpected contains [path, observed] if {
	some [path, observed] in {[row.path, row.resource.ExtendedProtectionTokenChecking] | some row in ep.found}
	observed != ep.expected[path].token_checking
	ep.strength(observed) >= 0
}

# Every value of a server's paths that is known not to be the expected one.
_differing contains {"version": version, "row": ep.expected[path], "path": path, "resource": found.resource} if {
	some [path, observed] in _unexpected
	some found in ep.found
	found.path == path
	found.resource.ExtendedProtectionTokenChecking == observed
	version := _version[found.server]
	version.FileVersion in ep.capable_builds
}

_off_for_the_agent(differing) if {
	differing.path == "default web site/ews"
	differing.resource.ExtendedProtectionTokenChecking == "None"
}

_weaker(differing) if {
	ep.strength(differing.resource.ExtendedProtectionTokenChecking) < ep.strength(differing.row.token_checking)
}

_accepted(differing) if {
	_off_for_the_agent(differing)
	params.hybrid == "modern_agent"
}

_accepted(differing) if {
	differing.path == "exchange back end/ews"
	_weaker(differing)
	differing.resource.IpSecurityAllowUnlisted == false
}

# Whether the Hybrid Agent publishes this server, nobody stated.
_left_open(differing) if {
	_off_for_the_agent(differing)
	not params.hybrid
}

_wrong(version, resource, wanted, message) := {
	"subject": result.subject(version),
	"resource": result.judged(resource),
	"property": "ExtendedProtectionTokenChecking",
	"observed": resource.ExtendedProtectionTokenChecking,
	"expected": wanted,
	"message": message,
}

violation contains _wrong(differing.version, differing.resource, differing.row.token_checking, message) if {
	some differing in _differing
	not _accepted(differing)
	not _left_open(differing)
	message := _message(differing)
}

_message(differing) := sprintf("%s is weaker than %s: %s.", _words(differing)) if _weaker(differing)

_message(differing) := sprintf("%s is stricter than %s: %s.", _words(differing)) if not _weaker(differing)

_words(differing) := [
	differing.row.path,
	differing.row.token_checking,
	differing.resource.ExtendedProtectionTokenChecking,
]

_incapable := {version._server: version |
	some version in input.host.ServerVersion
	version.FileVersion in ep.incapable_builds
}

violation contains _wrong(version, found.resource, "None", message) if {
	some found in ep.found
	version := _incapable[found.server]
	ep.strength(found.resource.ExtendedProtectionTokenChecking) > 0
	message := sprintf("%s has a value on a build that cannot do Extended Protection.", [ep.expected[found.path].path])
}

not_applicable contains result.not_applicable(version, "edge_server") if {
	some version in input.host.ServerVersion
	version._server in ep.edge
}

not_applicable contains result.not_applicable(version, "build_without_extended_protection") if {
	some version in _incapable
}

unknown contains result.unstated(version, "hybrid", concat(" ", [
	"Front-end EWS is None, as the Hybrid Agent needs it, and nobody stated the topology.",
	"Add `params: {hybrid: none|classic_minimal|classic_full|modern_agent}`.",
])) if {
	some differing in _differing
	_left_open(differing)
	version := differing.version
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

_unusable(version, resource, why) := object.union(
	result.unknown(
		version, why,
		sprintf("ExtendedProtectionTokenChecking of %s has no usable value (%s).", [resource._key, why]),
	),
	{"property": "ExtendedProtectionTokenChecking", "kind": resource._kind},
)

unknown contains _unusable(version, resource, why) if {
	some [resource, why] in value.unclear(_resources, "ExtendedProtectionTokenChecking")
	version := _version[resource._server]
}

unknown contains _unusable(version, resource, "value_not_in_table") if {
	some observed in {resource.ExtendedProtectionTokenChecking | some resource in _resources}
	not value.undecided(observed)
	not ep.strength(observed)
	some resource in _resources
	resource.ExtendedProtectionTokenChecking == observed
	version := _version[resource._server]
}
