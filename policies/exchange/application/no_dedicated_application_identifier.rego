# METADATA
# title: EvoSTS does not name the dedicated hybrid application
# description: |
#   The authorization server for Entra ID tells Exchange as which application it asks for tokens. Empty or
#   with the shared identifier of Exchange Online, look-ups towards the cloud have been refused since
#   31 October 2025. Realm must be the tenant's identifier, and DomainName hold the remote routing domain.
#   Builds before the April 2025 hotfix update do not have the property; HAPP-001 is about them.
# related_resources:
#   - ref: https://learn.microsoft.com/exchange/hybrid-deployment/deploy-dedicated-hybrid-app
#     description: Deploy the dedicated Exchange hybrid app
#   - ref: https://microsoft.github.io/CSS-Exchange/Diagnostics/HealthChecker
#     description: HealthChecker, hybrid information
#   - ref: Set-AuthServer
#     description: Cmdlet reference
# custom:
#   id: HAPP-003
#   severity: critical
#   category: HAPP
#   profiles: []
#   scope: organization
#   requires:
#     - onprem.AuthServer
#   any_of: []
#   uses:
#     - onprem.AuthServer.Type
#     - onprem.AuthServer.Enabled
#     - onprem.AuthServer.ApplicationIdentifier
#     - onprem.AuthServer.Realm
#     - onprem.AuthServer.IssuerIdentifier
#     - onprem.AuthServer.DomainName
#     - onprem.IntraOrganizationConnector.Enabled
#   params: []
#   automation: automated
#   remediation:
#     powershell: |
#       .\ConfigureExchangeHybridApplication.ps1 -ConfigureAuthServer -ConfigureTargetSharingEpr -EnableExchangeHybridApplicationOverride -CustomAppId '<appId>' -TenantId '<tenantId>' -RemoteRoutingDomain '<tenant>.mail.onmicrosoft.com'
#     rollback: |
#       # What the authorization servers had before:
#       Get-AuthServer | Format-List Name, ApplicationIdentifier, Realm, DomainName
#       Set-AuthServer -Identity '<name>' -ApplicationIdentifier '<before>' -DomainName '<before>'
#   frameworks: {}
#   grade: "V, 2"
#   since: "0.2.0"
package exchange.application.no_dedicated_application_identifier

import data.lib.dedicated
import data.lib.params
import data.lib.result
import data.lib.tenant
import data.lib.value

_guid := `^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`

_of_entra(server) if server.Type == "AzureAD"

_of_entra(server) if not value.decided(server, "Type")

_servers := [server |
	some server in input.onprem.AuthServer
	_of_entra(server)
]

# Asked for tokens, as far as is known.
_asked := [server |
	some server in _servers
	not server.Enabled == false
]

subject contains result.judged(server) if some server in _servers

subject contains result.judged_organization if count(_asked) == 0

violation contains result.lacking(
	sort([server._key | some server in _servers]),
	"an enabled AuthServer of Type AzureAD",
	"No authorization server for Entra ID is enabled, so none names the dedicated hybrid application.",
) if {
	dedicated.wanted == "yes"
	count(_asked) == 0
}

_judged := [server |
	some server in _asked
	server.Type == "AzureAD"
	dedicated.wanted == "yes"
]

violation contains result.violation(server, "ApplicationIdentifier", "the appId of the dedicated hybrid application") if {
	some server in _judged
	value.settled(server, "ApplicationIdentifier")
	not _dedicated(server)
}

_dedicated(server) if {
	identifier := lower(server.ApplicationIdentifier)
	regex.match(_guid, identifier)
	identifier != dedicated.shared_application
}

violation contains result.violation(server, "Realm", "the tenant's identifier") if {
	some server in _judged
	value.settled(server, "Realm")
	not _is_guid(server.Realm)
}

violation contains result.violation(server, "Realm", issuer) if {
	some server in _judged
	_is_guid(server.Realm)
	issuer := _tenant_of_issuer(server)
	lower(server.Realm) != issuer
}

_is_guid(text) if regex.match(_guid, lower(text))

# The tenant in `https://sts.windows.net/<tenant>/`. Undefined for issuers of another form.
_tenant_of_issuer(server) := found[1] if {
	form := `^https://[^/]+/([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})(?:/|$)`
	found := regex.find_all_string_submatch_n(form, lower(server.IssuerIdentifier), 1)[0]
}

violation contains result.violation(server, "DomainName", "with the tenant's mail.onmicrosoft.com domain") if {
	some server in _judged
	params.cloud == "global"
	value.settled(server, "DomainName")
	not _routes(server)
}

_routes(server) if {
	some domain in value.words(server.DomainName)
	tenant.remote_routing(domain)
}

not_applicable contains {"subject": result.organization, "reason": "no_enabled_connector"} if {
	dedicated.wanted == "no"
	count(_asked) == 0
}

not_applicable contains result.not_applicable(server, "no_enabled_connector") if {
	dedicated.wanted == "no"
	some server in _servers
}

not_applicable contains result.not_applicable(server, "authorization_server_disabled") if {
	dedicated.wanted == "yes"
	some server in _servers
	server.Enabled == false
}

unknown contains {
	"subject": concerned,
	"reason": "not_collected",
	"kind": "IntraOrganizationConnector",
	"message": dedicated.missing,
} if {
	dedicated.wanted == "unknown"
	some concerned in _subjects
}

_subjects contains result.subject(server) if some server in _servers

_subjects contains result.organization if count(_asked) == 0

unknown contains result.undecided(server, property, why) if {
	dedicated.wanted == "yes"
	some server in _asked
	some property in {"Type", "Enabled"}
	why := value.reason(server, property)
}

unknown contains result.undecided(server, property, value.reason(server, property)) if {
	some server in _judged
	some property in {"ApplicationIdentifier", "Realm", "IssuerIdentifier"}
	not value.settled(server, property)
}

unknown contains result.undecided(server, "DomainName", value.reason(server, "DomainName")) if {
	some server in _judged
	not value.settled(server, "DomainName")
	not _routes(server)
}

unknown contains result.unknown(
	server,
	"cloud_not_in_table",
	sprintf("No routing domain is on record for the cloud %s; look at DomainName yourself.", [params.cloud]),
) if {
	some server in _judged
	params.cloud != "global"
}
