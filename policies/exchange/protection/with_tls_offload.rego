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
#     - onprem.OutlookAnywhere.InternalHostname
#     - onprem.OutlookAnywhere.ExternalHostname
#     - host.IisApplication.SiteName
#     - host.IisApplication.ApplicationPath
#     - host.IisApplication.ExtendedProtectionTokenChecking
#     - host.IisApplication.IpSecurityAllowUnlisted
#     - onprem.WebServicesVirtualDirectory.ExtendedProtectionTokenChecking
#     - onprem.WebServicesVirtualDirectory.InternalUrl
#     - onprem.WebServicesVirtualDirectory.ExternalUrl
#     - onprem.AutodiscoverVirtualDirectory.ExtendedProtectionTokenChecking
#     - onprem.EcpVirtualDirectory.ExtendedProtectionTokenChecking
#     - onprem.EcpVirtualDirectory.InternalUrl
#     - onprem.EcpVirtualDirectory.ExternalUrl
#     - onprem.MapiVirtualDirectory.ExtendedProtectionTokenChecking
#     - onprem.MapiVirtualDirectory.InternalUrl
#     - onprem.MapiVirtualDirectory.ExternalUrl
#     - onprem.ActiveSyncVirtualDirectory.ExtendedProtectionTokenChecking
#     - onprem.ActiveSyncVirtualDirectory.InternalUrl
#     - onprem.ActiveSyncVirtualDirectory.ExternalUrl
#     - onprem.OabVirtualDirectory.ExtendedProtectionTokenChecking
#     - onprem.OabVirtualDirectory.InternalUrl
#     - onprem.OabVirtualDirectory.ExternalUrl
#     - onprem.OwaVirtualDirectory.ExtendedProtectionTokenChecking
#     - onprem.OwaVirtualDirectory.InternalUrl
#     - onprem.OwaVirtualDirectory.ExternalUrl
#     - onprem.PowerShellVirtualDirectory.ExtendedProtectionTokenChecking
#     - onprem.PowerShellVirtualDirectory.InternalUrl
#     - onprem.PowerShellVirtualDirectory.ExternalUrl
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

_version := {version._server: version | some version in input.host.ServerVersion}

# The front end, where clients come in.
_front_end := [row.resource |
	some row in ep.found
	row.path in _front_paths
]

_front_paths := {path |
	some path in object.keys(ep.expected)
	startswith(path, "default web site/")
}

_values := {resource.ExtendedProtectionTokenChecking | some resource in _front_end}

_on_values := {observed | some observed in _values; ep.strength(observed) > 0}

# Paths of the front end where a value is on, by server.
_on[resource._server] contains resource._key if {
	some resource in _front_end
	resource.ExtendedProtectionTokenChecking in _on_values
}

_known_values := {observed | some observed in _values; ep.strength(observed) >= 0}

# Servers where the value of a path says nothing.
_undecided contains resource._server if {
	some resource in _front_end
	not resource.ExtendedProtectionTokenChecking in _known_values
}

_outlook_anywhere := directories.frontends("OutlookAnywhere")

# Outlook Anywhere with TLS offloaded.
_offloading := [directory |
	some directory in _outlook_anywhere
	directory.SSLOffloading == true
]

violation contains {
	"subject": result.subject(version),
	"resource": result.judged(directory),
	"property": "SSLOffloading",
	"observed": true,
	"expected": false,
	"message": sprintf("Outlook Anywhere offloads TLS while Extended Protection is on at %s.", [min(on)]),
} if {
	some directory in _offloading
	on := _on[directory._server]
	version := _version[directory._server]
}

violation contains {
	"subject": result.subject(version),
	"property": null,
	"observed": names,
	"expected": "tls: bridge or pass_through",
	"message": sprintf("TLS ends at the device in front of %s while Extended Protection is on at %s.", [
		concat(", ", names),
		min(on),
	]),
} if {
	some server, names in publishing.offloading
	on := _on[server]
	version := _version[server]
}

not_applicable contains result.not_applicable(version, "edge_server") if {
	some version in input.host.ServerVersion
	version._server in ep.edge
}

# Servers with Extended Protection on, or where that is not known.
_concerned contains version._server if {
	some version in input.host.ServerVersion
	not version._server in ep.edge
	not _off(version._server)
}

# Every path of the front end is known to be off.
_off(server) if {
	not _on[server]
	not server in _undecided
	not _unseen(server)
}

_unseen(server) if {
	some path in object.get(ep.missing, server, set())
	startswith(path, "Default Web Site/")
}

_offloaded contains server if some server, _ in publishing.offloading

_offloaded contains directory._server if some directory in _offloading

# TLS is offloaded, and whether Extended Protection is on nobody knows.
unknown contains result.unseen("IisApplication", _version[server], concat(" ", [
	"TLS is offloaded, and whether Extended Protection is on is not known.",
	"Read applicationHost.config of the server.",
])) if {
	some server in _offloaded
	server in _concerned
	not _on[server]
}

unknown contains object.union(
	result.unknown(
		version, why,
		sprintf("SSLOffloading of %s has no usable value (%s).", [directory._key, why]),
	),
	{"property": "SSLOffloading", "kind": "OutlookAnywhere"},
) if {
	some [directory, why] in value.unclear(_outlook_anywhere, "SSLOffloading")
	directory._server in _concerned
	version := _version[directory._server]
}

unknown contains result.doubted(_version[server], doubt) if {
	some server in _concerned
	doubt := publishing.doubt_of_tls(server)
}
