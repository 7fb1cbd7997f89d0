# METADATA
# title: An address of a directory names no declared host, or is not https
# description: |
#   Clients, service principal names and certificates follow the host names in these addresses. A host
#   that is not among the declared namespaces, or the own name of a server published outside, breaks the
#   match; plain http sends tokens and passwords in the clear. On a server that faces the internet,
#   missing external addresses of EWS, MAPI or the offline address book leave clients without a way in.
# related_resources:
#   - ref: Announcing Hybrid Modern Authentication for Exchange On-Premises
#     description: Exchange Team Blog, 2017
# custom:
#   id: VDIR-005
#   severity: medium
#   category: VDIR
#   profiles: []
#   scope: server
#   requires:
#     - onprem.WebServicesVirtualDirectory
#     - onprem.MapiVirtualDirectory
#     - onprem.OabVirtualDirectory
#     - onprem.OwaVirtualDirectory
#     - onprem.EcpVirtualDirectory
#     - onprem.ActiveSyncVirtualDirectory
#     - onprem.ClientAccessService
#   any_of: []
#   uses:
#     - onprem.WebServicesVirtualDirectory.InternalUrl
#     - onprem.WebServicesVirtualDirectory.ExternalUrl
#     - onprem.MapiVirtualDirectory.InternalUrl
#     - onprem.MapiVirtualDirectory.ExternalUrl
#     - onprem.OabVirtualDirectory.InternalUrl
#     - onprem.OabVirtualDirectory.ExternalUrl
#     - onprem.OwaVirtualDirectory.InternalUrl
#     - onprem.OwaVirtualDirectory.ExternalUrl
#     - onprem.EcpVirtualDirectory.InternalUrl
#     - onprem.EcpVirtualDirectory.ExternalUrl
#     - onprem.ActiveSyncVirtualDirectory.InternalUrl
#     - onprem.ActiveSyncVirtualDirectory.ExternalUrl
#     - onprem.ClientAccessService.AutoDiscoverServiceInternalUri
#     - onprem.ExchangeServer.Fqdn
#   params: [namespaces]
#   automation: automated
#   remediation:
#     powershell: |
#       # One address of the directory, with the cmdlet of its kind; a declared name and https. EWS for example:
#       #   Set-WebServicesVirtualDirectory -Identity 'EX01\EWS (Default Web Site)' -ExternalUrl https://mail.contoso.com/EWS/Exchange.asmx
#       # Autodiscover:
#       #   Set-ClientAccessService -Identity EX01 -AutoDiscoverServiceInternalUri https://autodiscover.contoso.com/Autodiscover/Autodiscover.xml
#       # A name that is right and not declared belongs under params.namespaces instead. What the server says today:
#       Get-WebServicesVirtualDirectory -Server {{server}} -ADPropertiesOnly | Format-List Identity, InternalUrl, ExternalUrl
#       Get-MapiVirtualDirectory -Server {{server}} -ADPropertiesOnly | Format-List Identity, InternalUrl, ExternalUrl
#       Get-OabVirtualDirectory -Server {{server}} -ADPropertiesOnly | Format-List Identity, InternalUrl, ExternalUrl
#       Get-OwaVirtualDirectory -Server {{server}} -ADPropertiesOnly | Format-List Identity, InternalUrl, ExternalUrl
#       Get-EcpVirtualDirectory -Server {{server}} -ADPropertiesOnly | Format-List Identity, InternalUrl, ExternalUrl
#       Get-ActiveSyncVirtualDirectory -Server {{server}} -ADPropertiesOnly | Format-List Identity, InternalUrl, ExternalUrl
#       Get-ClientAccessService -Identity {{server}} | Format-List Identity, AutoDiscoverServiceInternalUri
#     rollback: |
#       # The same cmdlet with the address that was observed.
#   frameworks: {}
#   grade: "S2, V"
#   since: "0.2.0"
package exchange.directories.foreign_host_in_addresses

import data.lib.directories
import data.lib.params
import data.lib.result
import data.lib.value

# Both addresses of six kinds, and the one that domain-joined clients find in Active Directory.
_directories := [directory |
	some found in [
		directories.frontends("WebServicesVirtualDirectory"),
		directories.frontends("MapiVirtualDirectory"),
		directories.frontends("OabVirtualDirectory"),
		directories.frontends("OwaVirtualDirectory"),
		directories.frontends("EcpVirtualDirectory"),
		directories.frontends("ActiveSyncVirtualDirectory"),
	]
	some directory in found
]

_addresses := [
	[_directories, "InternalUrl"],
	[_directories, "ExternalUrl"],
	[input.onprem.ClientAccessService, "AutoDiscoverServiceInternalUri"],
]

subject := result.subjects(_directories) | result.subjects(input.onprem.ClientAccessService)

# Each text once: a large estate has few.
_texts := {text |
	some text in {resource[property] |
		some [resources, property] in _addresses
		some resource in resources
	}
	is_string(text)
	text != ""
}

_any_declared if count(params.namespaces) > 0

# Not https, or a host that is not declared. What is no address at all has no host.
_foreign contains text if {
	_any_declared
	some text in _texts
	not _declared(text)
}

_declared(text) if {
	startswith(lower(text), "https://")
	value.host(text) in params.namespaces
}

violation contains result.violation(resource, property, "https and a host of params.namespaces") if {
	some [resources, property] in _addresses
	some resource in resources
	resource[property] in _foreign
}

_own_names contains lower(server.Fqdn) if {
	some server in input.onprem.ExchangeServer
	is_string(server.Fqdn)
}

# Addresses with the name of one server, declared or not.
_own := {text |
	some text in _texts
	value.host(text) in _own_names
}

violation contains result.violation(directory, "ExternalUrl", "a name of the namespace, not of one server") if {
	some directory in _directories
	directory.ExternalUrl in _own - _foreign
}

# Without an external address, clients outside are told of none.
_exposed := [
	directories.by_exposure("WebServicesVirtualDirectory"),
	directories.by_exposure("MapiVirtualDirectory"),
	directories.by_exposure("OabVirtualDirectory"),
]

violation contains result.warning(directory, "ExternalUrl", "an address of the namespace", "low") if {
	some found in _exposed
	some directory in found.internet
	value.empty(directory, "ExternalUrl")
}

unknown contains result.unstated(directory, "exposure", params.exposure_missing(directory._server)) if {
	some found in _exposed
	some directory in found.unstated
	value.empty(directory, "ExternalUrl")
}

unknown contains result.unstated(resource, "namespaces", concat(" ", [
	"No name is declared.",
	"Add `params: {namespaces: {mail.example.com: {paths: [ews, mapi, oab, autodiscover, activesync]}}}`.",
])) if {
	not _any_declared
	some [resources, property] in _addresses
	some resource in resources
	value.filled(resource, property)
}

unknown contains result.undecided(resource, property, why) if {
	some [resources, property] in _addresses
	some [resource, why] in value.unsettled(resources, property)
}
