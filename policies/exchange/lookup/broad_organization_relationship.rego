# METADATA
# title: The organization relationship of the hybrid is broader than a fallback
# description: |
#   Look-ups that no connector serves fall back to the organization relationship. It identifies the caller
#   by domain and looks at the default calendar permission alone, so a broad one discloses more than OAuth
#   would. Wanted are: limited details at most, mailbox moves only where moves are made, the other side's
#   application, and the scope that was declared.
# related_resources:
#   - ref: Deep Dive - How Hybrid Authentication Really Works
#     description: Exchange Team Blog, 2017
#   - ref: https://learn.microsoft.com/outlook/troubleshoot/calendaring
#     description: Resolve free/busy errors
#   - ref: https://microsoft.github.io/CSS-Exchange/Hybrid/FreeBusyChecker
#     description: Free/busy checker, which names the application of a Hybrid Agent topology
#   - ref: Set-OrganizationRelationship
#     description: Cmdlet reference
# custom:
#   id: ORG-001
#   severity: medium
#   category: ORG
#   profiles: []
#   scope: organization
#   requires: []
#   any_of:
#     - [onprem.OrganizationRelationship.Enabled, onprem.OrganizationRelationship.DomainNames]
#     - [cloud.OrganizationRelationship.Enabled, cloud.OrganizationRelationship.DomainNames]
#   uses:
#     - onprem.OrganizationRelationship.FreeBusyAccessEnabled
#     - onprem.OrganizationRelationship.FreeBusyAccessLevel
#     - onprem.OrganizationRelationship.FreeBusyAccessScope
#     - onprem.OrganizationRelationship.MailboxMoveEnabled
#     - onprem.OrganizationRelationship.TargetApplicationUri
#     - onprem.OrganizationRelationship.TargetSharingEpr
#     - cloud.OrganizationRelationship.FreeBusyAccessEnabled
#     - cloud.OrganizationRelationship.FreeBusyAccessLevel
#     - cloud.OrganizationRelationship.FreeBusyAccessScope
#     - cloud.OrganizationRelationship.MailboxMoveEnabled
#     - cloud.OrganizationRelationship.TargetApplicationUri
#     - cloud.OrganizationRelationship.TargetSharingEpr
#     - onprem.AcceptedDomain.DomainName
#   params: []
#   automation: automated
#   remediation:
#     powershell: |
#       # On the side of the finding (Exchange Management Shell, or Exchange Online PowerShell), what the evidence names:
#       Set-OrganizationRelationship -Identity {{identity}} -FreeBusyAccessLevel LimitedDetails
#       Set-OrganizationRelationship -Identity {{identity}} -MailboxMoveEnabled $false
#       Set-OrganizationRelationship -Identity {{identity}} -TargetApplicationUri '<outlook.com, or FYDIBOHF25SPDLT.contoso.com in Exchange Online>'
#       Set-OrganizationRelationship -Identity {{identity}} -FreeBusyAccessScope '<declared group>'
#     rollback: |
#       Set-OrganizationRelationship -Identity {{identity}} -FreeBusyAccessLevel {{subject.FreeBusyAccessLevel}} -MailboxMoveEnabled {{subject.MailboxMoveEnabled}} -TargetApplicationUri {{subject.TargetApplicationUri}}
#   frameworks:
#     SCuBA: [MS.EXO.6.2v1]
#   grade: "S1, V"
#   since: "0.2.0"
package exchange.lookup.broad_organization_relationship

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

_own_domains contains name if {
	some domain in input.onprem.AcceptedDomain
	name := lower(domain.DomainName)
}

# Towards the tenant; towards on-premises.
_hybrid(relationship) if {
	relationship._plane == "onprem"
	some name in value.words(relationship.DomainNames)
	tenant.routing(name)
}

_hybrid(relationship) if {
	relationship._plane == "cloud"
	some name in value.words(relationship.DomainNames)
	name in _own_domains
	not tenant.label(name)
}

_judged := [relationship |
	some relationship in _relationships
	not relationship.Enabled == false
	_hybrid(relationship)
]

violation contains result.violation(relationship, "FreeBusyAccessLevel", "LimitedDetails or less") if {
	some relationship in _judged
	not relationship.FreeBusyAccessEnabled == false
	value.filled(relationship, "FreeBusyAccessLevel")
	not lower(relationship.FreeBusyAccessLevel) in {"none", "availabilityonly", "limiteddetails"}
}

violation contains result.saying(
	result.violation(relationship, "MailboxMoveEnabled", false),
	"Mailbox moves are enabled, and no server is declared for them (`migration_servers` is empty).",
) if {
	some relationship in _judged
	relationship.MailboxMoveEnabled == true
	count(params.migration_servers) == 0
}

violation contains result.violation(relationship, "TargetApplicationUri", expected) if {
	some relationship in _judged
	value.settled(relationship, "TargetApplicationUri")
	expected := _application(relationship)
	not _right_application(relationship)
}

_application(relationship) := "outlook.com" if {
	relationship._plane == "onprem"
	params.cloud == "global"
} else := "outlook.office.com" if {
	relationship._plane == "cloud"
	_through_agent(relationship)
} else := "FYDIBOHF25SPDLT and a domain of the organization" if {
	relationship._plane == "cloud"
}

_right_application(relationship) if _bare(relationship.TargetApplicationUri) == lower(_application(relationship))

_right_application(relationship) if {
	relationship._plane == "cloud"
	not _through_agent(relationship)
	regex.match(`^fydibohf25spdlt\.[^.]+\.`, _bare(relationship.TargetApplicationUri))
}

_through_agent(relationship) if {
	endswith(value.host(relationship.TargetSharingEpr), ".resource.mailboxmigration.his.msappproxy.net")
}

# Without scheme and last slash: an application is named either way.
_bare(uri) := trim_suffix(regex.replace(lower(uri), `^https?://`, ""), "/")

violation contains result.violation(relationship, "FreeBusyAccessScope", scope) if {
	some relationship in _judged
	scope := params.free_busy_scope(relationship.Name)
	value.settled(relationship, "FreeBusyAccessScope")
	not lower(relationship.FreeBusyAccessScope) == lower(scope)
}

not_applicable contains result.not_applicable(relationship, "relationship_disabled") if {
	some relationship in _relationships
	relationship.Enabled == false
}

not_applicable contains result.not_applicable(relationship, "left_to_org_002") if {
	some relationship in _relationships
	relationship.Enabled == true
	value.decided(relationship, "DomainNames")
	not _hybrid(relationship)
}

unknown contains result.undecided(relationship, property, why) if {
	some relationship in _relationships
	not relationship.Enabled == false
	some property in {"Enabled", "DomainNames"}
	why := value.reason(relationship, property)
}

unknown contains result.undecided(relationship, property, value.reason(relationship, property)) if {
	some relationship in _judged
	some property in {"MailboxMoveEnabled", "FreeBusyAccessEnabled"}
	not value.decided(relationship, property)
}

unknown contains result.undecided(relationship, "FreeBusyAccessLevel", why) if {
	some relationship in _judged
	not relationship.FreeBusyAccessEnabled == false
	why := value.reason(relationship, "FreeBusyAccessLevel")
}

# Blank text is no level.
unknown contains result.undecided(relationship, "FreeBusyAccessLevel", "null_or_empty") if {
	some relationship in _judged
	not relationship.FreeBusyAccessEnabled == false
	relationship.FreeBusyAccessLevel == ""
}

unknown contains result.undecided(relationship, "TargetApplicationUri", value.reason(relationship, "TargetApplicationUri")) if {
	some relationship in _judged
	not value.settled(relationship, "TargetApplicationUri")
}

# Where nothing says whether the Hybrid Agent is used, the other application may be the right one.
unknown contains result.undecided(relationship, "TargetSharingEpr", value.reason(relationship, "TargetSharingEpr")) if {
	some relationship in _judged
	relationship._plane == "cloud"
	not value.settled(relationship, "TargetSharingEpr")
}

unknown contains result.undecided(relationship, "FreeBusyAccessScope", value.reason(relationship, "FreeBusyAccessScope")) if {
	some relationship in _judged
	params.free_busy_scope(relationship.Name)
	not value.settled(relationship, "FreeBusyAccessScope")
}

unknown contains result.unstated(
	relationship,
	"migration_servers",
	"Mailbox moves are enabled, and nobody stated whether they are made. Add `params: {migration_servers: [...]}`, empty where none are.",
) if {
	some relationship in _judged
	relationship.MailboxMoveEnabled == true
	not params.migration_servers
}

unknown contains result.unknown(
	relationship,
	"cloud_not_in_table",
	sprintf("No application of Exchange Online is on record for the cloud %s; look at TargetApplicationUri yourself.", [params.cloud]),
) if {
	some relationship in _judged
	relationship._plane == "onprem"
	params.cloud != "global"
}

unknown contains result.unseen(
	"AcceptedDomain",
	relationship,
	"The accepted domains on-premises were not all read, so nobody knows whether this is the hybrid's own relationship.",
) if {
	some relationship in input.cloud.OrganizationRelationship
	relationship.Enabled == true
	not _hybrid(relationship)
	not coverage.complete("onprem", "AcceptedDomain")
}

unknown contains result.unread(plane, "OrganizationRelationship") if some plane in _unread
