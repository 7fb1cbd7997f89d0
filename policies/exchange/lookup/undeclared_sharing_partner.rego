# METADATA
# title: An organization relationship with an organization that nobody declared
# description: |
#   Each enabled organization relationship lets every user of its domains see calendars here, and what else
#   it allows. The tenant's routing domain on-premises and the domains of the hybrid configuration in
#   Exchange Online count as declared; declare other partners by their mail domains in `params:
#   {partner_organizations: [...]}`. The domains decide, not the name: `On-premises to O365 - <GUID>` is
#   what the wizard writes, and anybody else can.
# related_resources:
#   - ref: Deep Dive - How Hybrid Authentication Really Works
#     description: Exchange Team Blog, 2017
#   - ref: Set-OrganizationRelationship
#     description: Cmdlet reference
# custom:
#   id: ORG-002
#   severity: high
#   category: ORG
#   profiles: []
#   scope: organization
#   requires: []
#   any_of:
#     - [onprem.OrganizationRelationship.Enabled, onprem.OrganizationRelationship.DomainNames]
#     - [cloud.OrganizationRelationship.Enabled, cloud.OrganizationRelationship.DomainNames]
#   uses:
#     - onprem.OrganizationRelationship.FreeBusyAccessLevel
#     - cloud.OrganizationRelationship.FreeBusyAccessLevel
#     - onprem.OrganizationRelationship.ArchiveAccessEnabled
#     - cloud.OrganizationRelationship.ArchiveAccessEnabled
#     - onprem.HybridConfiguration.Domains
#     - onprem.AcceptedDomain.DomainName
#   params: []
#   automation: automated
#   remediation:
#     powershell: |
#       # On the side of the finding (Exchange Management Shell, or Exchange Online PowerShell); stops sharing at once:
#       Set-OrganizationRelationship -Identity {{identity}} -Enabled $false
#       # After a quiet period: Remove-OrganizationRelationship -Identity {{identity}}
#     rollback: |
#       Set-OrganizationRelationship -Identity {{identity}} -Enabled $true
#   frameworks:
#     SCuBA: [MS.EXO.6.1v1, MS.EXO.6.2v1]
#   grade: "S1, V"
#   since: "0.2.0"
package exchange.lookup.undeclared_sharing_partner

import data.lib.coverage
import data.lib.params
import data.lib.result
import data.lib.tenant
import data.lib.value

_relationships := array.concat(input.onprem.OrganizationRelationship, input.cloud.OrganizationRelationship)

_unread contains plane if {
	some plane in {"onprem", "cloud"}
	coverage.unread(plane, "OrganizationRelationship")
}

subject contains result.judged(relationship) if some relationship in _relationships

subject contains result.judged_organization if count(_unread) > 0

# The own tenant: as declared, else as the accepted domains on-premises name it.
_tenants := tenant.declared if count(tenant.declared) > 0

_tenants := {name | some domain in input.onprem.AcceptedDomain; name := tenant.label(domain.DomainName)} if {
	count(tenant.declared) == 0
}

# The domains of the hybrid, without the mark of the one that Autodiscover starts from (`autod:`).
_hybrid_domains contains trim_prefix(name, "autod:") if {
	some configuration in input.onprem.HybridConfiguration
	some name in value.words(configuration.Domains)
}

_declared(_, name) if name in params.declared("partner_organizations")

_declared("onprem", name) if tenant.label(name) in _tenants

_declared("cloud", name) if name in _hybrid_domains

# What was not read could declare the domain.
_may_be_declared("onprem", name) if {
	count(tenant.declared) == 0
	not coverage.complete("onprem", "AcceptedDomain")
	tenant.label(name)
}

_may_be_declared("cloud", _) if not coverage.complete("onprem", "HybridConfiguration")

_may_be_declared("cloud", _) if {
	some configuration in input.onprem.HybridConfiguration
	not value.settled(configuration, "Domains")
}

_strangers[[relationship._plane, relationship._key]] := names if {
	some relationship in _relationships
	names := {name |
		some name in value.words(relationship.DomainNames)
		not _declared(relationship._plane, name)
	}
}

violation contains result.saying(
	result.violation(relationship, "DomainNames", "domains that are declared"),
	sprintf("%s shares with %s, which nobody declared (%s).", [
		relationship._key,
		concat(", ", sort(names)),
		concat(", ", _allows(relationship)),
	]),
) if {
	some relationship in _relationships
	relationship.Enabled == true
	names := {name |
		some name in _strangers[[relationship._plane, relationship._key]]
		not _may_be_declared(relationship._plane, name)
	}
	count(names) > 0
}

# What the relationship gives away, for the message.
_allows(relationship) := array.concat(
	[sprintf("free/busy: %s", [word]) |
		word := relationship.FreeBusyAccessLevel
		is_string(word)
	],
	["archive access" | relationship.ArchiveAccessEnabled == true],
)

not_applicable contains result.not_applicable(relationship, "relationship_disabled") if {
	some relationship in _relationships
	relationship.Enabled == false
}

unknown contains result.undecided(relationship, property, why) if {
	some relationship in _relationships
	not relationship.Enabled == false
	some property in {"Enabled", "DomainNames"}
	why := value.reason(relationship, property)
}

unknown contains result.unseen(kind, relationship, sprintf(
	"%s was not read whole, so nobody knows whether %s belongs to the hybrid.",
	[kind, concat(", ", sort(names))],
)) if {
	some relationship in _relationships
	relationship.Enabled == true
	names := {name |
		some name in _strangers[[relationship._plane, relationship._key]]
		_may_be_declared(relationship._plane, name)
	}
	count(names) > 0
	kind := {"onprem": "AcceptedDomain", "cloud": "HybridConfiguration"}[relationship._plane]
}

unknown contains result.unread(plane, "OrganizationRelationship") if some plane in _unread
