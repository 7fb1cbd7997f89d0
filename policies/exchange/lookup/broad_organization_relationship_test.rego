package exchange.lookup.broad_organization_relationship_test

import data.exchange.lookup.broad_organization_relationship as policy
import data.lib.fixture

organization := {"plane": null, "kind": "Organization", "id": "contoso"}

no_moves := {"tenant_domains": ["contoso.mail.onmicrosoft.com"], "migration_servers": []}

moves := {"tenant_domains": ["contoso.mail.onmicrosoft.com"], "migration_servers": ["EXHYB01"]}

onprem(changes) := fixture.organization_relationship("onprem", "On-premises to O365", changes)

cloud(changes) := fixture.organization_relationship("cloud", "O365 to On-premises", object.union(
	{"DomainNames": ["contoso.com"], "TargetApplicationUri": "FYDIBOHF25SPDLT.contoso.com"},
	changes,
))

agent := "https://11111111-2222-3333-4444-555555555555.resource.mailboxmigration.his.msappproxy.net/EWS/Exchange.asmx"

domains := {
	fixture.accepted_domain("onprem", "contoso.com", {}),
	fixture.accepted_domain("onprem", "contoso.mail.onmicrosoft.com", {}),
}

violations(resource, params) := found if {
	found := policy.violation with input as fixture.estate({resource} | domains) with data.params as params
}

unknowns(resource, params) := reasons(found) if {
	found := policy.unknown with input as fixture.estate({resource} | domains) with data.params as params
}

reasons(found) := {[answer.subject, answer.reason, object.get(answer, "property", null)] | some answer in found}

left_out(resource, params) := {answer.reason | some answer in found} if {
	found := policy.not_applicable with input as fixture.estate({resource} | domains) with data.params as params
}

silent(resource, params) if {
	violations(resource, params) == set()
	unknowns(resource, params) == set()
	left_out(resource, params) == set()
}

wrong(resource, property, expected) := {
	"subject": fixture.subject(resource),
	"property": property,
	"observed": resource[property],
	"expected": expected,
}

test_each_relationship_is_judged if {
	found := policy.subject with input as fixture.estate({onprem({}), cloud({})})
	found == {fixture.judged(onprem({})), fixture.judged(cloud({}))}
}

test_right_is_silent if {
	silent(onprem({}), no_moves)
	silent(cloud({}), no_moves)
	silent(onprem({}), {"migration_servers": []})
	silent(onprem({"MailboxMoveEnabled": true}), moves)
	silent(onprem({}), {"tenant_domains": ["contoso.onmicrosoft.com"]})
}

test_less_is_silent if {
	silent(onprem({"FreeBusyAccessLevel": "AvailabilityOnly"}), no_moves)
	silent(onprem({"FreeBusyAccessLevel": "None"}), no_moves)
}

test_the_spelling_of_an_application_means_nothing if {
	silent(onprem({"TargetApplicationUri": "https://Outlook.com/"}), no_moves)
	silent(cloud({"TargetApplicationUri": "http://fydibohf25spdlt.contoso.com/"}), no_moves)
}

test_access_level if {
	every resource in {onprem({"FreeBusyAccessLevel": "FullDetails"}), cloud({"FreeBusyAccessLevel": "Reviewer"})} {
		violations(resource, no_moves) == {wrong(resource, "FreeBusyAccessLevel", "LimitedDetails or less")}
	}
	silent(onprem({"FreeBusyAccessEnabled": false, "FreeBusyAccessLevel": "FullDetails"}), no_moves)
	silent(onprem({"FreeBusyAccessEnabled": false, "FreeBusyAccessLevel": null}), no_moves)
	silent(onprem({"FreeBusyAccessEnabled": false, "FreeBusyAccessLevel": ""}), no_moves)
	blank := onprem({"FreeBusyAccessLevel": ""})
	unknowns(blank, no_moves) == {[fixture.subject(blank), "null_or_empty", "FreeBusyAccessLevel"]}
}

test_mailbox_moves if {
	resource := onprem({"MailboxMoveEnabled": true})
	violations(resource, no_moves) == {object.union(
		wrong(resource, "MailboxMoveEnabled", false),
		{"message": "Mailbox moves are enabled, and no server is declared for them (`migration_servers` is empty)."},
	)}
	violations(resource, {}) == set()
	unknowns(resource, {}) == {[fixture.subject(resource), "param_missing", null]}
	unknowns(resource, no_moves) == set()
}

test_application if {
	other := onprem({"TargetApplicationUri": "FYDIBOHF25SPDLT.contoso.com"})
	violations(other, no_moves) == {wrong(other, "TargetApplicationUri", "outlook.com")}
	none := onprem({"TargetApplicationUri": null})
	violations(none, no_moves) == {wrong(none, "TargetApplicationUri", "outlook.com")}
	unknowns(none, no_moves) == set()
	back := cloud({"TargetApplicationUri": "outlook.com"})
	expected := "FYDIBOHF25SPDLT and a domain of the organization"
	violations(back, no_moves) == {wrong(back, "TargetApplicationUri", expected)}
	bare := cloud({"TargetApplicationUri": "FYDIBOHF25SPDLT"})
	violations(bare, no_moves) == {wrong(bare, "TargetApplicationUri", expected)}
	blank := cloud({"TargetApplicationUri": ""})
	violations(blank, no_moves) == {wrong(blank, "TargetApplicationUri", expected)}
	spelt := cloud({"TargetApplicationUri": expected})
	count(violations(object.union(spelt, {"TargetApplicationUri": "x"}), no_moves)) == 1
}

# As the vendor's free/busy checker wants it.
test_application_through_the_agent if {
	right := cloud({"TargetSharingEpr": agent, "TargetApplicationUri": "http://outlook.office.com/"})
	silent(right, no_moves)
	classic := cloud({"TargetSharingEpr": agent})
	violations(classic, no_moves) == {wrong(classic, "TargetApplicationUri", "outlook.office.com")}
	direct := cloud({"TargetSharingEpr": "https://exo.contoso.com/ews/exchange.asmx"})
	silent(direct, no_moves)
	onprem_agent := onprem({"TargetSharingEpr": agent})
	silent(onprem_agent, no_moves)
}

test_declared_scope if {
	params := object.union(no_moves, {"free_busy_scopes": {"on-premises to o365": "contoso.com/Groups/Sharing"}})
	wide := onprem({})
	violations(wide, params) == {wrong(wide, "FreeBusyAccessScope", "contoso.com/Groups/Sharing")}
	unknowns(wide, params) == set()
	other := onprem({"FreeBusyAccessScope": "contoso.com/Groups/All"})
	violations(other, params) == {wrong(other, "FreeBusyAccessScope", "contoso.com/Groups/Sharing")}
	silent(onprem({"FreeBusyAccessScope": "contoso.com/groups/sharing"}), params)
	silent(cloud({}), params)
	absent := object.remove(onprem({}), {"FreeBusyAccessScope"})
	violations(absent, params) == set()
	unknowns(absent, params) == {[fixture.subject(absent), "property_absent", "FreeBusyAccessScope"]}
	unknowns(absent, no_moves) == set()
}

test_disabled_does_not_apply if {
	off := onprem({"Enabled": false, "FreeBusyAccessLevel": "FullDetails", "MailboxMoveEnabled": true})
	violations(off, no_moves) == set()
	unknowns(off, {}) == set()
	left_out(off, no_moves) == {"relationship_disabled"}
	unknowns(onprem({"Enabled": false, "DomainNames": null}), no_moves) == set()
}

# Other organizations are ORG-002's.
test_partners_are_left_to_org_002 if {
	every resource in {
		onprem({"DomainNames": ["fabrikam.com"], "FreeBusyAccessLevel": "FullDetails"}),
		onprem({"DomainNames": ["fabrikam.mail.onmicrosoft.com"], "FreeBusyAccessLevel": "FullDetails"}),
		cloud({"DomainNames": ["fabrikam.com"], "FreeBusyAccessLevel": "FullDetails"}),
		cloud({"DomainNames": ["contoso.mail.onmicrosoft.com"], "FreeBusyAccessLevel": "FullDetails"}),
		onprem({"DomainNames": ["contoso.com"], "FreeBusyAccessLevel": "FullDetails"}),
	} {
		violations(resource, no_moves) == set()
		unknowns(resource, no_moves) == set()
		left_out(resource, no_moves) == {"left_to_org_002"}
	}
	left_out(onprem({"DomainNames": null}), no_moves) == set()
	left_out(onprem({"DomainNames": ["fabrikam.com"], "Enabled": null}), no_moves) == set()
}

test_undecided_is_unknown if {
	every property in {"Enabled", "MailboxMoveEnabled", "FreeBusyAccessEnabled", "FreeBusyAccessLevel"} {
		unknowns(onprem({property: null}), no_moves) == {[fixture.subject(onprem({})), "null_value", property]}
		absent := object.remove(onprem({}), {property})
		violations(absent, no_moves) == set()
		unknowns(absent, no_moves) == {[fixture.subject(absent), "property_absent", property]}
	}
	unknowns(onprem({"DomainNames": null}), no_moves) == {[fixture.subject(onprem({})), "null_value", "DomainNames"]}
	cut := onprem({"TargetApplicationUri": {"$undecided": "truncated"}})
	violations(cut, no_moves) == set()
	unknowns(cut, no_moves) == {[fixture.subject(cut), "truncated", "TargetApplicationUri"]}
	blank := onprem({"FreeBusyAccessLevel": ""})
	violations(blank, no_moves) == set()
	perhaps := onprem({"Enabled": null, "FreeBusyAccessLevel": "FullDetails"})
	count(violations(perhaps, no_moves)) == 1
}

test_undecided_sharing_address_in_exchange_online if {
	cut := object.remove(cloud({}), {"TargetSharingEpr"})
	unknowns(cut, no_moves) == {[fixture.subject(cut), "property_absent", "TargetSharingEpr"]}
	unknowns(object.remove(onprem({}), {"TargetSharingEpr"}), no_moves) == set()
}

test_another_cloud if {
	china := object.union(no_moves, {"cloud": "china"})
	other := onprem({"TargetApplicationUri": "partner.outlook.cn"})
	violations(other, china) == set()
	unknowns(other, china) == {[fixture.subject(other), "cloud_not_in_table", null]}
	silent(cloud({}), china)
	violations(onprem({"TargetSharingEpr": agent}), china) == set()
}

asked(seen) := reasons(found) if {
	found := policy.unknown with input as seen with data.params as no_moves
}

test_accepted_domains_that_were_not_read if {
	foreign := cloud({"DomainNames": ["fabrikam.com"]})
	seen := fixture.partly({foreign, onprem({"DomainNames": ["fabrikam.com"]})} | domains, "onprem", "AcceptedDomain")
	asked(seen) == {[fixture.subject(foreign), "not_collected", null]}
	own := fixture.partly({cloud({})} | domains, "onprem", "AcceptedDomain")
	asked(own) == set()
	off := fixture.partly({cloud({"DomainNames": ["fabrikam.com"], "Enabled": false})}, "onprem", "AcceptedDomain")
	asked(off) == set()
}

test_relationships_that_were_not_read if {
	every plane in {"onprem", "cloud"} {
		seen := fixture.partly(set(), plane, "OrganizationRelationship")
		asked(seen) == {[organization, "not_collected", null]}
		subjects := policy.subject with input as seen
		subjects == {object.union(organization, {"server": null})}
	}
	alone := object.union(fixture.partly(set(), "cloud", "OrganizationRelationship"), {"planes": ["onprem"]})
	asked(alone) == set()
	nobody := policy.subject with input as alone
	nobody == set()
}
