# METADATA
# title: A host name that clients use is not registered in Entra ID
# description: |
#   Entra ID gives a token for a host only where `https://<host>` is a service principal name of Exchange
#   Online (AADSTS50001 otherwise). With Hybrid Modern Authentication that is every host of EWS, MAPI, the
#   offline address book, ActiveSync and Autodiscover, internal ones included; with hybrid OAuth alone the
#   external ones of EWS and Autodiscover. Public Autodiscover names come from `params: {namespaces}`.
#   With several tenants every one needs every entry.
# related_resources:
#   - ref: https://learn.microsoft.com/microsoft-365/enterprise/configure-exchange-server-for-hybrid-modern-authentication
#     description: Configure Exchange Server on-premises to use Hybrid Modern Authentication
#   - ref: Announcing Hybrid Modern Authentication for Exchange On-Premises
#     description: Exchange Team Blog, 2017
#   - ref: https://learn.microsoft.com/exchange/configure-oauth-authentication-between-exchange-and-exchange-online-organizations-exchange-2013-help
#     description: Configure OAuth authentication between Exchange and Exchange Online organizations
# custom:
#   id: SPN-001
#   severity: critical
#   category: SPN
#   profiles: []
#   scope: organization
#   requires:
#     - entra.ServicePrincipal.servicePrincipalNames
#     - onprem.WebServicesVirtualDirectory.InternalUrl
#     - onprem.WebServicesVirtualDirectory.ExternalUrl
#     - onprem.MapiVirtualDirectory.InternalUrl
#     - onprem.MapiVirtualDirectory.ExternalUrl
#     - onprem.OabVirtualDirectory.InternalUrl
#     - onprem.OabVirtualDirectory.ExternalUrl
#     - onprem.ActiveSyncVirtualDirectory.InternalUrl
#     - onprem.ActiveSyncVirtualDirectory.ExternalUrl
#     - onprem.ClientAccessService.AutoDiscoverServiceInternalUri
#   any_of: []
#   uses:
#     - entra.ServicePrincipal.appId
#     - onprem.AuthServer.Type
#     - onprem.AuthServer.Enabled
#     - onprem.AuthServer.IsDefaultAuthorizationEndpoint
#     - onprem.OrganizationConfig.OAuth2ClientProfileEnabled
#     - onprem.IntraOrganizationConnector.Enabled
#     - onprem.ExchangeServer.AdminDisplayVersion
#   params: []
#   automation: automated
#   remediation:
#     powershell: |
#       $sp = Get-MgServicePrincipal -Filter "AppId eq '00000002-0000-0ff1-ce00-000000000000'"
#       $names = @($sp.ServicePrincipalNames) + {{expected.servicePrincipalNames}} | Sort-Object -Unique
#       Update-MgServicePrincipal -ServicePrincipalId $sp.Id -ServicePrincipalNames $names
#     rollback: |
#       $sp = Get-MgServicePrincipal -Filter "AppId eq '00000002-0000-0ff1-ce00-000000000000'"
#       Update-MgServicePrincipal -ServicePrincipalId $sp.Id -ServicePrincipalNames {{observed.servicePrincipalNames}}
#   frameworks: {}
#   grade: "S2, V"
#   since: "0.2.0"
package exchange.hybrid.host_not_registered

import data.lib.directories
import data.lib.hma
import data.lib.hosts
import data.lib.partner
import data.lib.result
import data.lib.value

_principals := [principal |
	some principal in input.entra.ServicePrincipal
	partner.exchange_online == lower(principal.appId)
]

subject contains result.judged(principal) if some principal in _principals

# Without it there is nothing to judge, and nothing to pass.
subject contains result.judged_organization if count(_principals) == 0

unknown contains {
	"subject": result.organization,
	"reason": "not_collected",
	"kind": "ServicePrincipal",
	"message": "The service principal of Exchange Online was not seen; `Get-MgServicePrincipal` reads it.",
} if {
	count(_principals) == 0
	hma.wanted != "no"
}

_services := directories.frontends("WebServicesVirtualDirectory")

_directories := [directory |
	some found in [
		_services,
		directories.frontends("MapiVirtualDirectory"),
		directories.frontends("OabVirtualDirectory"),
		directories.frontends("ActiveSyncVirtualDirectory"),
	]
	some directory in found
]

_all contains host if some host in hosts.by_address(_directories)

_all contains host if {
	some address in {service.AutoDiscoverServiceInternalUri | some service in input.onprem.ClientAccessService}
	host := value.host(address)
}

_all contains host if some host in hosts.published({"ews", "mapi", "oab", "autodiscover", "activesync"})

_external contains host if {
	some address in {directory.ExternalUrl | some directory in _services}
	host := value.host(address)
}

_external contains host if some host in hosts.published({"ews", "autodiscover"})

# `https://` entries alone count; those that begin with an identifier exist for other reasons.
_registered(principal) := {host |
	some name in principal.servicePrincipalNames
	startswith(lower(name), "https://")
	host := value.host(name)
}

_violation(principal, missing) := result.saying(
	result.violation(principal, "servicePrincipalNames", [sprintf("https://%s/", [host]) | some host in sort(missing)]),
	sprintf("Not registered on the service principal of Exchange Online: %s.", [concat(", ", sort(missing))]),
)

_judged := [principal |
	some principal in _principals
	value.decided(principal, "servicePrincipalNames")
]

violation contains _violation(principal, missing) if {
	hma.state == "on"
	some principal in _judged
	missing := _all - _registered(principal)
	count(missing) > 0
}

violation contains result.lowered(_violation(principal, missing), "high") if {
	hma.state != "on"
	hma.wanted == "yes"
	some principal in _judged
	missing := _external - _registered(principal)
	count(missing) > 0
}

not_applicable contains {"reason": hma.unwanted_reason} if hma.wanted == "no"

# Nobody knows which of the two counts.
unknown contains result.unstated(principal, "hma", hma.missing) if {
	hma.state == "unknown"
	hma.wanted != "no"
	some principal in _judged
	count(_all - _registered(principal)) > 0
}
