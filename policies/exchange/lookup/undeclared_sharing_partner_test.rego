package exchange.lookup.undeclared_sharing_partner_test

import data.exchange.lookup.undeclared_sharing_partner as policy
import data.lib.fixture

organization := {"plane": null, "kind": "Organization", "id": "contoso"}

declared := {"tenant_domains": ["contoso.mail.onmicrosoft.com"], "partner_organizations": ["Fabrikam.com"]}

onprem(changes) := fixture.organization_relationship("onprem", "On-premises to O365", changes)

cloud(changes) := fixture.organization_relationship("cloud", "O365 to On-premises", object.union(
	{"DomainNames": ["contoso.com"]},
	changes,
))

hybrid(domains) := fixture.hybrid_configuration({"Domains": domains})

own := fixture.accepted_domain("onprem", "contoso.mail.onmicrosoft.com", {})

violations(resources, params) := found if {
	found := policy.violation with input as fixture.estate(resources) with data.params as params
}

unknowns(resources, params) := reasons(found) if {
	found := policy.unknown with input as fixture.estate(resources) with data.params as params
}

reasons(found) := {[answer.subject, answer.reason, object.get(answer, "property", null)] | some answer in found}

left_out(resources, params) := found if {
	found := policy.not_applicable with input as fixture.estate(resources) with data.params as params
}

shares(resource, names, allows) := {
	"subject": fixture.subject(resource),
	"property": "DomainNames",
	"observed": resource.DomainNames,
	"expected": "domains that are declared",
	"message": sprintf("%s shares with %s, which nobody declared (%s).", [resource._key, names, allows]),
}

test_each_relationship_is_judged if {
	found := policy.subject with input as fixture.estate({onprem({}), cloud({})})
	found == {fixture.judged(onprem({})), fixture.judged(cloud({}))}
}

test_declared_is_silent if {
	partner := onprem({"DomainNames": ["fabrikam.com"]})
	cloud_partner := cloud({"DomainNames": ["Fabrikam.com"]})
	every resources in [{onprem({})}, {partner}, {cloud({}), hybrid(["contoso.com"])}, {cloud_partner, hybrid([])}] {
		violations(resources, declared) == set()
		unknowns(resources, declared) == set()
		left_out(resources, declared) == set()
	}
}

# The wizard marks the domain that Autodiscover starts from.
test_autodiscover_mark if violations({cloud({}), hybrid(["autod:contoso.com"])}, declared) == set()

test_the_accepted_domains_name_the_tenant if {
	violations({onprem({}), own}, {}) == set()
	unknowns({onprem({}), own}, {}) == set()
	violations({onprem({})}, {}) == {shares(onprem({}), "contoso.mail.onmicrosoft.com", "free/busy: LimitedDetails")}
	other := {"tenant_domains": ["fabrikam.onmicrosoft.com"]}
	violations({onprem({}), own}, other) == {shares(onprem({}), "contoso.mail.onmicrosoft.com", "free/busy: LimitedDetails")}
}

test_undeclared if {
	foreign := onprem({"DomainNames": ["contoso.mail.onmicrosoft.com", "northwind.com", "adatum.com"]})
	violations({foreign}, declared) == {shares(foreign, "adatum.com, northwind.com", "free/busy: LimitedDetails")}
	archive := onprem({"DomainNames": ["northwind.com"], "ArchiveAccessEnabled": true, "FreeBusyAccessLevel": "None"})
	violations({archive}, declared) == {shares(archive, "northwind.com", "free/busy: None, archive access")}
	quiet := object.remove(onprem({"DomainNames": ["northwind.com"]}), {"FreeBusyAccessLevel"})
	violations({quiet}, declared) == {shares(quiet, "northwind.com", "")}
	null_level := onprem({"DomainNames": ["northwind.com"], "FreeBusyAccessLevel": null})
	violations({null_level}, declared) == {shares(null_level, "northwind.com", "")}
	tenant := onprem({"DomainNames": ["northwind.mail.onmicrosoft.com"]})
	violations({tenant, own}, {}) == {shares(tenant, "northwind.mail.onmicrosoft.com", "free/busy: LimitedDetails")}
}

test_undeclared_in_exchange_online if {
	foreign := cloud({"DomainNames": ["contoso.com", "northwind.com"]})
	violations({foreign, hybrid(["contoso.com"])}, declared) == {shares(foreign, "northwind.com", "free/busy: LimitedDetails")}
	violations({cloud({})}, declared) == {shares(cloud({}), "contoso.com", "free/busy: LimitedDetails")}
	routing := cloud({"DomainNames": ["contoso.mail.onmicrosoft.com"]})
	count(violations({routing, hybrid(["contoso.com"])}, declared)) == 1
}

# The hybrid's domains are the tenant's business, not a partner on-premises.
test_hybrid_domains_do_not_count_on_premises if {
	count(violations({onprem({"DomainNames": ["contoso.com"]}), hybrid(["contoso.com"])}, declared)) == 1
}

# The name is no proof.
test_the_name_declares_nothing if {
	by_name := {"tenant_domains": ["contoso.onmicrosoft.com"], "partner_organizations": ["On-premises to O365"]}
	count(violations({onprem({"DomainNames": ["northwind.com"]})}, by_name)) == 1
}

test_disabled_does_not_apply if {
	off := onprem({"Enabled": false, "DomainNames": ["northwind.com"]})
	violations({off}, declared) == set()
	unknowns({off}, declared) == set()
	left_out({off}, declared) == {{"subject": fixture.subject(off), "reason": "relationship_disabled"}}
	unknowns({onprem({"Enabled": false, "DomainNames": null})}, declared) == set()
	quiet := cloud({"Enabled": false})
	found := policy.unknown with input as fixture.partly({quiet}, "onprem", "HybridConfiguration") with data.params as declared
	found == set()
}

test_undecided_is_unknown if {
	blank := onprem({"Enabled": null, "DomainNames": ["northwind.com"]})
	violations({blank}, declared) == set()
	unknowns({blank}, declared) == {[fixture.subject(blank), "null_value", "Enabled"]}
	left_out({blank}, declared) == set()
	absent := object.remove(onprem({}), {"DomainNames"})
	violations({absent}, declared) == set()
	unknowns({absent}, declared) == {[fixture.subject(absent), "property_absent", "DomainNames"]}
	cut := cloud({"DomainNames": {"$undecided": "truncated"}})
	unknowns({cut, hybrid([])}, declared) == {[fixture.subject(cut), "truncated", "DomainNames"]}
	null_list := onprem({"DomainNames": null})
	unknowns({null_list}, declared) == {[fixture.subject(null_list), "null_value", "DomainNames"]}
}

# A list that was cut still proves what it shows.
test_a_cut_list_still_fails if {
	cut := onprem({"DomainNames": ["northwind.com", {"$undecided": "truncated"}]})
	count(violations({cut}, declared)) == 1
}

asked(seen, params) := {[answer.subject, answer.reason, object.get(answer, "kind", null)] | some answer in found} if {
	found := policy.unknown with input as seen with data.params as params
}

test_hybrid_configuration_that_was_not_read if {
	seen := fixture.partly({cloud({}), onprem({})}, "onprem", "HybridConfiguration")
	found := policy.violation with input as seen with data.params as declared
	found == set()
	asked(seen, declared) == {[fixture.subject(cloud({})), "not_collected", "HybridConfiguration"]}
	partner := fixture.partly({cloud({"DomainNames": ["fabrikam.com"]})}, "onprem", "HybridConfiguration")
	asked(partner, declared) == set()
	blank := fixture.estate({cloud({}), fixture.hybrid_configuration({"Domains": {"$undecided": "truncated"}})})
	asked(blank, declared) == {[fixture.subject(cloud({})), "not_collected", "HybridConfiguration"]}
	silent := policy.violation with input as blank with data.params as declared
	silent == set()
	nothing := fixture.estate({cloud({}), fixture.hybrid_configuration({"Domains": null})})
	asked(nothing, declared) == set()
}

test_accepted_domains_that_were_not_read if {
	seen := fixture.partly({onprem({})}, "onprem", "AcceptedDomain")
	found := policy.violation with input as seen with data.params as {}
	found == set()
	asked(seen, {}) == {[fixture.subject(onprem({})), "not_collected", "AcceptedDomain"]}
	asked(seen, declared) == set()
	other := {"tenant_domains": ["fabrikam.onmicrosoft.com"]}
	asked(seen, other) == set()
	foreign := onprem({"DomainNames": ["northwind.com"]})
	plain := fixture.partly({foreign}, "onprem", "AcceptedDomain")
	asked(plain, {}) == set()
	fails := policy.violation with input as plain with data.params as {}
	count(fails) == 1
}

test_relationships_that_were_not_read if {
	every plane in {"onprem", "cloud"} {
		seen := fixture.partly(set(), plane, "OrganizationRelationship")
		asked(seen, declared) == {[organization, "not_collected", "OrganizationRelationship"]}
		subjects := policy.subject with input as seen
		subjects == {object.union(organization, {"server": null})}
	}
	alone := object.union(fixture.partly(set(), "cloud", "OrganizationRelationship"), {"planes": ["onprem"]})
	asked(alone, declared) == set()
	nobody := policy.subject with input as alone
	nobody == set()
}
