# METADATA
# title: Extended Protection together with TLS offload
# description: |
#   The token that Extended Protection compares is bound to the TLS connection of the client. A device that
#   ends TLS and goes on in plain HTTP, or Outlook Anywhere in offload mode, breaks it: every client with
#   Windows authentication is refused. A device that decrypts and encrypts again (bridging) is supported
#   with the same certificate as on the server only.
# related_resources:
#   - ref: https://learn.microsoft.com/exchange/plan-and-deploy/post-installation-tasks/security-best-practices/exchange-extended-protection
#     description: Configure Windows Extended Protection in Exchange Server
#   - ref: Set-OutlookAnywhere
#     description: Cmdlet reference
# custom:
#   id: EP-003
#   severity: critical
#   category: EP
#   profiles: []
#   scope: server
#   requires:
#     - host.ServerVersion
#     - onprem.OutlookAnywhere
#     - onprem.WebServicesVirtualDirectory
#     - onprem.MapiVirtualDirectory
#     - onprem.OabVirtualDirectory
#     - onprem.OwaVirtualDirectory
#     - onprem.EcpVirtualDirectory
#     - onprem.ActiveSyncVirtualDirectory
#   any_of: []
#   uses:
#     - onprem.OutlookAnywhere.SSLOffloading
#     - onprem.OutlookAnywhere.ExtendedProtectionTokenChecking
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
#     - onprem.ExchangeServer.IsEdgeServer
#     - onprem.ExchangeServer.ServerRole
#   params: []
#   automation: automated
#   remediation:
#     powershell: |
#       # A device in front that offloads TLS must encrypt again, with the certificate of the server. Outlook Anywhere:
#       Get-OutlookAnywhere -Server {{server}} | Set-OutlookAnywhere -SSLOffloading $false -InternalClientsRequireSsl $true -ExternalClientsRequireSsl $true
#     rollback: |
#       # Extended Protection first, then offload.
#       .\ExchangeExtendedProtectionManagement.ps1 -DisableExtendedProtection -ExchangeServerNames {{server}}
#       Get-OutlookAnywhere -Server {{server}} | Set-OutlookAnywhere -SSLOffloading $true
#   frameworks: {}
#   grade: "V"
#   since: "0.2.0"
package exchange.protection.with_tls_offload

import data.lib.directories
import data.lib.extended_protection as ep
import data.lib.publishing
import data.lib.result
import data.lib.value

# Paths of the front end where a value is on, by server. Clients come in there.
_on[server] contains resource._key if {
	some server, paths in ep.found
	some path, those in paths
	startswith(path, "default web site/")
	some resource in those
	ep.strength(resource.ExtendedProtectionTokenChecking) > 0
}

# Paths of the front end whose value says nothing, by server.
_undecided[server] contains resource._key if {
	some server, paths in ep.found
	some path, those in paths
	startswith(path, "default web site/")
	some resource in those
	not ep.strength(resource.ExtendedProtectionTokenChecking)
}

_first(keys) := sort(keys)[0]

_outlook_anywhere[directory._server] contains directory if {
	some directory in directories.frontends("OutlookAnywhere")
}

violation contains {
	"subject": result.subject(version),
	"resource": result.judged(directory),
	"property": "SSLOffloading",
	"observed": true,
	"expected": false,
	"message": sprintf("Outlook Anywhere offloads TLS while Extended Protection is on at %s.", [_first(_on[version._server])]),
} if {
	some version in input.host.ServerVersion
	_on[version._server]
	some directory in _outlook_anywhere[version._server]
	directory.SSLOffloading == true
}

violation contains {
	"subject": result.subject(version),
	"property": null,
	"observed": names,
	"expected": "tls: bridge or pass_through",
	"message": sprintf("TLS ends at the device in front of %s while Extended Protection is on at %s.", [
		concat(", ", names),
		_first(_on[version._server]),
	]),
} if {
	some version in input.host.ServerVersion
	_on[version._server]
	names := publishing.offloading(version._server)
	count(names) > 0
}

not_applicable contains result.not_applicable(version, "edge_server") if {
	some version in input.host.ServerVersion
	version._server in ep.edge
}

# Servers with Extended Protection on, or where that is not known.
_concerned contains version if {
	some version in input.host.ServerVersion
	not version._server in ep.edge
	not _off(version)
}

# Every path of the front end is known to be off.
_off(version) if {
	not _on[version._server]
	not _unseen(version)
}

_unseen(version) if _undecided[version._server]

_unseen(version) if {
	some path in ep.missing(version)
	startswith(path, "Default Web Site/")
}

# TLS is offloaded, and whether Extended Protection is on nobody knows.
unknown contains result.unknown(version, "not_collected", concat(" ", [
	"TLS is offloaded, and whether Extended Protection is on is not known.",
	"Read applicationHost.config of the server.",
])) if {
	some version in _concerned
	not _on[version._server]
	_offloaded(version)
}

_offloaded(version) if count(publishing.offloading(version._server)) > 0

_offloaded(version) if {
	some directory in _outlook_anywhere[version._server]
	directory.SSLOffloading == true
}

unknown contains object.union(
	result.unknown(version, why, sprintf("SSLOffloading of %s has no usable value (%s).", [directory._key, why])),
	{"property": "SSLOffloading"},
) if {
	some version in _concerned
	some directory in _outlook_anywhere[version._server]
	why := value.reason(directory, "SSLOffloading")
}

unknown contains result.unknown(version, "param_missing", message) if {
	some version in _concerned
	message := publishing.missing_tls(version._server)
}
