# METADATA
# title: The endpoints of the Exchange Online connector contradict each other
# description: |
#   DiscoveryEndpoint and TargetSharingEpr both tell Exchange Online where on-premises lookups go. With
#   both set to different hosts, different callers reach different servers; a host that nobody declared,
#   plain http or a wrong path loses them; and a server that takes OAuth only from the internet does not
#   serve Exchange Online.
# related_resources:
#   - ref: Securing external Exchange servers and Teams delegate scheduling
#     description: Consultant article
#   - ref: Set-IntraOrganizationConnector
#     description: Cmdlet reference
#   - ref: https://learn.microsoft.com/outlook/troubleshoot/calendaring
#     description: Resolve free/busy errors
# custom:
#   id: IOC-003
#   severity: high
#   category: IOC
#   profiles: []
#   scope: organization
#   requires:
#     - cloud.IntraOrganizationConnector.DiscoveryEndpoint
#     - cloud.IntraOrganizationConnector.TargetSharingEpr
#   any_of: []
#   uses:
#     - onprem.WebServicesVirtualDirectory.ExternalUrl
#     - onprem.WebServicesVirtualDirectory.InternalUrl
#     - onprem.WebServicesVirtualDirectory.WindowsAuthentication
#     - onprem.WebServicesVirtualDirectory.BasicAuthentication
#     - onprem.WebServicesVirtualDirectory.DigestAuthentication
#     - onprem.WebServicesVirtualDirectory.OAuthAuthentication
#   params: []
#   automation: automated
#   remediation:
#     powershell: |
#       # In Exchange Online PowerShell, with the namespace that only Exchange Online can reach (EXT-011):
#       Set-IntraOrganizationConnector -Identity {{identity}} -TargetSharingEpr 'https://<namespace>/ews/exchange.asmx'
#       Set-IntraOrganizationConnector -Identity {{identity}} -DiscoveryEndpoint $null
#     rollback: |
#       Set-IntraOrganizationConnector -Identity {{identity}} -TargetSharingEpr {{subject.TargetSharingEpr}} -DiscoveryEndpoint {{subject.DiscoveryEndpoint}}
#   frameworks: {}
#   grade: "S0, V"
#   since: "0.1.0"
package exchange.lookup.contradicting_connector_endpoints

import data.lib.coverage
import data.lib.directories
import data.lib.params
import data.lib.result
import data.lib.value

_paths := {
	"DiscoveryEndpoint": "/autodiscover/autodiscover.svc",
	"TargetSharingEpr": "/ews/exchange.asmx",
}

_agent_suffix := ".resource.mailboxmigration.his.msappproxy.net"

violation contains result.violation(connector, property, sprintf("an address that ends in %s", [path])) if {
	some connector in input.cloud.IntraOrganizationConnector
	some property, path in _paths
	value.filled(connector, property)
	not endswith(trim_suffix(lower(connector[property]), "/"), path)
}

violation contains result.violation(connector, property, "an https address") if {
	some connector in input.cloud.IntraOrganizationConnector
	some property, _ in _paths
	value.filled(connector, property)
	not startswith(lower(connector[property]), "https://")
}

violation contains result.violation(connector, property, "a host among the declared namespaces") if {
	some connector in input.cloud.IntraOrganizationConnector
	some property, _ in _paths
	host := value.host(connector[property])
	_undeclared(host)
}

_undeclared(host) if {
	count(params.namespaces) > 0
	not endswith(host, _agent_suffix)
	not host in params.namespaces
}

_undeclared(host) if {
	endswith(host, _agent_suffix)
	params.hybrid != "modern_agent"
	not host in params.namespaces
}

violation contains result.violation(
	connector,
	"TargetSharingEpr",
	sprintf("the host of DiscoveryEndpoint (%s), or one of the two empty", [host]),
) if {
	some connector in input.cloud.IntraOrganizationConnector
	host := value.host(connector.DiscoveryEndpoint)
	value.host(connector.TargetSharingEpr) != host
}

violation contains result.violation(connector, "DiscoveryEndpoint", "this or TargetSharingEpr set") if {
	some connector in input.cloud.IntraOrganizationConnector
	every property, _ in _paths {
		value.empty(connector, property)
	}
}

violation contains result.saying(
	result.violation(connector, "TargetSharingEpr", "a namespace of its own, to servers with unaltered EWS"),
	sprintf("%s takes OAuth only and faces the internet.", [directory._key]),
) if {
	some connector in input.cloud.IntraOrganizationConnector
	some directory in _behind[connector._key]
	params.external(directory._server)
	every property, flag in _oauth_only {
		directory[property] == flag
	}
}

# What EXT-002 wants of a server that faces the internet.
_oauth_only := {
	"WindowsAuthentication": false,
	"BasicAuthentication": false,
	"DigestAuthentication": false,
	"OAuthAuthentication": true,
}

# The EWS directories that answer to the host of TargetSharingEpr, by connector.
_behind[connector._key] := found if {
	some connector in input.cloud.IntraOrganizationConnector
	host := value.host(connector.TargetSharingEpr)
	found := [directory |
		some directory in directories.frontends("WebServicesVirtualDirectory")
		host in {value.host(directory[property]) |
			some property in {"ExternalUrl", "InternalUrl"}
			contains(lower(directory[property]), host)
		}
	]
}

_may_be_oauth_only(directory) if {
	every property, flag in _oauth_only {
		_may_be(directory, property, flag)
	}
}

_may_be(directory, property, flag) if directory[property] == flag

_may_be(directory, property, _) if not value.decided(directory, property)

unknown contains result.unstated(
	connector,
	"namespaces",
	"Nobody stated the namespaces. Add `params: {namespaces: {mail.contoso.com: {paths: [ews, autodiscover]}}}`.",
) if {
	some connector in input.cloud.IntraOrganizationConnector
	count(params.namespaces) == 0
	some property, _ in _paths
	host := value.host(connector[property])
	not endswith(host, _agent_suffix)
}

unknown contains result.unstated(
	connector,
	"hybrid",
	"The host is one of the Hybrid Agent. Add `params: {hybrid: modern_agent}` where that is the topology.",
) if {
	some connector in input.cloud.IntraOrganizationConnector
	not params.hybrid
	some property, _ in _paths
	host := value.host(connector[property])
	endswith(host, _agent_suffix)
	not host in params.namespaces
}

unknown contains result.unseen(
	"WebServicesVirtualDirectory",
	connector,
	"Not all EWS directories on-premises were read, so TargetSharingEpr may lead to a server that takes OAuth only.",
) if {
	some connector in input.cloud.IntraOrganizationConnector
	value.filled(connector, "TargetSharingEpr")
	not coverage.complete("onprem", "WebServicesVirtualDirectory")
}

unknown contains result.unstated(connector, "exposure", params.exposure_missing(directory._server)) if {
	some connector in input.cloud.IntraOrganizationConnector
	some directory in _behind[connector._key]
	not params.exposure(directory._server)
	_may_be_oauth_only(directory)
}

unknown contains result.resting_on(
	result.unknown(
		connector,
		value.reason(directory, property),
		sprintf("%s of %s has no usable value, so nobody knows whether it takes OAuth only.", [property, directory._key]),
	),
	directory._kind,
) if {
	some connector in input.cloud.IntraOrganizationConnector
	some directory in _behind[connector._key]
	params.external(directory._server)
	_may_be_oauth_only(directory)
	some property, _ in _oauth_only
	not value.decided(directory, property)
}
