# METADATA
# title: Several tenants, and an authorization server without domains of its own
# description: |
#   With more than one hybrid tenant Exchange picks the authorization server of a lookup by its domains. An
#   object without any, with a domain of another object, or for a tenant that has an object already, sends
#   users to the wrong tenant or nowhere. All tenants must be in the same Microsoft cloud. With one enabled
#   object of type AzureAD there is nothing to tell apart.
# related_resources:
#   - ref: https://learn.microsoft.com/microsoft-365/enterprise/configure-exchange-server-for-hybrid-modern-authentication
#     description: Configure Exchange Server on-premises to use Hybrid Modern Authentication, several tenants
#   - ref: Set-AuthServer
#     description: Cmdlet reference
# custom:
#   id: HMA-017
#   severity: high
#   category: HMA
#   profiles: [hma_external]
#   scope: organization
#   requires:
#     - onprem.AuthServer
#   any_of: []
#   uses:
#     - onprem.AuthServer.Type
#     - onprem.AuthServer.Enabled
#     - onprem.AuthServer.Realm
#     - onprem.AuthServer.DomainName@15.1.2106.2
#   params: []
#   automation: automated
#   remediation:
#     powershell: |
#       # The domains of that tenant alone, none twice; of two objects for one tenant disable the older.
#       Get-AuthServer | Where-Object { $_.Type -eq 'AzureAD' } | Format-List Name, Enabled, Realm, DomainName
#       Set-AuthServer -Identity {{identity}} -DomainName '<domain of this tenant>'
#     rollback: |
#       Set-AuthServer -Identity {{identity}} -DomainName {{subject.DomainName}}
#   frameworks: {}
#   grade: "V"
#   since: "0.2.0"
package exchange.hybrid.tenants_without_domain_name

import data.lib.result
import data.lib.value

# Trusts a tenant of Entra ID, or could, if its values were known.
_candidates := [server |
	some server in input.onprem.AuthServer
	not _other_type(server)
	not _disabled(server)
]

_other_type(server) if {
	value.decided(server, "Type")
	server.Type != "AzureAD"
}

_disabled(server) if server.Enabled == false

_tenants := [server |
	some server in _candidates
	server.Type == "AzureAD"
	server.Enabled == true
]

_several if count(_tenants) > 1

subject contains result.judged(server) if some server in _candidates

violation contains result.violation(server, "DomainName", "the domains of its tenant") if {
	_several
	some server in _tenants
	value.empty(server, "DomainName")
}

violation contains result.saying(
	result.violation(server, "DomainName", "domains of no other authorization server"),
	sprintf("%s shares %s with %s.", [server._key, concat(", ", sort(shared)), other._key]),
) if {
	some server in _tenants
	some other in _tenants
	server._key != other._key
	shared := value.words(server.DomainName) & value.words(other.DomainName)
	count(shared) > 0
}

violation contains result.saying(
	result.violation(server, "Realm", "a realm of its own"),
	sprintf("%s and %s are for one tenant.", [server._key, other._key]),
) if {
	some server in _tenants
	value.filled(server, "Realm")
	some other in _tenants
	server._key != other._key
	lower(server.Realm) == lower(other.Realm)
}

not_applicable contains result.not_applicable(server, "single_tenant") if {
	count(_candidates) == 1
	some server in _candidates
}

# What keeps an object from being compared with its peers: property and reason by key.
_blurred[server._key] contains [property, why] if {
	some server in _candidates
	some property in {"Type", "Enabled"}
	why := value.reason(server, property)
}

_blurred[server._key] contains [property, value.reason(server, property)] if {
	some server in _tenants
	some property in {"DomainName", "Realm"}
	not value.settled(server, property)
}

_blurred[server._key] contains ["Realm", "null_or_empty"] if {
	some server in _tenants
	value.empty(server, "Realm")
}

# Where one object is blurred, none is known to be alone with its domains.
unknown contains {
	"subject": result.subject(server),
	"reason": why,
	"property": property,
	"message": sprintf("%s of the authorization server %s has no usable value (%s).", [property, key, why]),
} if {
	count(_candidates) > 1
	some server in _candidates
	some key, found in _blurred
	some [property, why] in found
}
