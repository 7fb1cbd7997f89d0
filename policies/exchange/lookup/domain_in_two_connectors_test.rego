package exchange.lookup.domain_in_two_connectors_test

import data.exchange.lookup.domain_in_two_connectors as policy
import data.lib.fixture

named(plane, name, changes) := fixture.connector(plane, name, object.union(
	{"TargetAddressDomains": ["contoso.com", "second.com"]},
	changes,
))

first(changes) := named("onprem", "First", changes)

second(changes) := named("onprem", "Second", changes)

organization := {"plane": null, "kind": "Organization", "id": "contoso"}

violations(resources) := found if {
	found := policy.violation with input as fixture.estate(resources)
}

unknowns(resources) := {[answer.subject, answer.reason, object.get(answer, "property", null)] | some answer in found} if {
	found := policy.unknown with input as fixture.estate(resources)
}

left_out(resources) := found if {
	found := policy.not_applicable with input as fixture.estate(resources)
}

twice(resource, other, shared) := {
	"subject": fixture.subject(resource),
	"property": "TargetAddressDomains",
	"observed": resource.TargetAddressDomains,
	"expected": sprintf("no domain of %s", [other]),
	"message": sprintf("%s and %s are both enabled and name %s.", [resource._key, other, shared]),
}

test_each_connector_is_judged if {
	cloud := named("cloud", "First", {})
	found := policy.subject with input as fixture.estate({first({}), cloud})
	found == {fixture.judged(first({})), fixture.judged(cloud)}
}

test_overlap if {
	other := second({"TargetAddressDomains": ["Second.com", "third.com"]})
	violations({first({}), other}) == {twice(first({}), "Second", "second.com"), twice(other, "First", "second.com")}
	violations({first({}), second({})}) == {
		twice(first({}), "Second", "contoso.com, second.com"),
		twice(second({}), "First", "contoso.com, second.com"),
	}
}

test_overlap_in_exchange_online if {
	pair := {named("cloud", "First", {}), named("cloud", "Second", {})}
	{violation.subject.plane | some violation in violations(pair)} == {"cloud"}
	count(violations(pair)) == 2
}

test_silent if {
	apart := second({"TargetAddressDomains": ["third.com"]})
	violations({first({}), apart}) == set()
	unknowns({first({}), apart}) == set()
	left_out({first({}), apart}) == set()
	violations({first({})}) == set()
	unknowns({first({})}) == set()
}

# Each side looks up with its own connectors.
test_the_sides_are_apart if {
	violations({first({}), named("cloud", "Second", {})}) == set()
	unknowns({first({}), named("cloud", "Second", {"TargetAddressDomains": null, "Enabled": false})}) == set()
}

test_disabled_does_not_apply if {
	off := second({"Enabled": false})
	violations({first({}), off}) == set()
	unknowns({first({}), off}) == set()
	left_out({first({}), off}) == {{"subject": fixture.subject(off), "reason": "connector_disabled"}}
	unknowns({first({}), second({"Enabled": false, "TargetAddressDomains": null})}) == set()
}

test_own_values_are_undecided if {
	unknowns({first({"Enabled": null})}) == {[fixture.subject(first({})), "null_value", "Enabled"]}
	unknowns({first({"TargetAddressDomains": null})}) == {[fixture.subject(first({})), "null_value", "TargetAddressDomains"]}
	absent := object.remove(first({}), {"TargetAddressDomains"})
	unknowns({absent}) == {[fixture.subject(first({})), "property_absent", "TargetAddressDomains"]}
	left_out({first({"Enabled": null})}) == set()
}

test_a_rivals_values_are_undecided if {
	blank := second({"TargetAddressDomains": {"$undecided": "truncated"}})
	violations({first({}), blank}) == set()
	unknowns({first({}), blank}) == {
		[fixture.subject(first({})), "truncated", null],
		[fixture.subject(blank), "truncated", "TargetAddressDomains"],
	}
	perhaps := second({"Enabled": null})
	violations({first({}), perhaps}) == set()
	unknowns({first({}), perhaps}) == {
		[fixture.subject(first({})), "null_value", null],
		[fixture.subject(perhaps), "null_value", "Enabled"],
	}
	unknowns({first({"Enabled": false}), blank}) == {[fixture.subject(blank), "truncated", "TargetAddressDomains"]}
	apart := second({"Enabled": null, "TargetAddressDomains": ["third.com"]})
	unknowns({first({}), apart}) == {[fixture.subject(apart), "null_value", "Enabled"]}
}

test_connectors_that_were_not_read if {
	found := policy.unknown with input as fixture.partly({first({}), second({"Enabled": false})}, "onprem", "IntraOrganizationConnector")
	{[answer.subject, answer.reason] | some answer in found} == {
		[fixture.subject(first({})), "not_collected"],
		[organization, "not_collected"],
	}
	subjects := policy.subject with input as fixture.partly(set(), "cloud", "IntraOrganizationConnector")
	subjects == {object.union(organization, {"server": null})}
	said := policy.unknown with input as fixture.partly({first({})}, "cloud", "IntraOrganizationConnector")
	{[answer.subject, answer.reason] | some answer in said} == {[organization, "not_collected"]}
}

test_a_plane_that_nobody_has_is_not_missed if {
	seen := object.union(
		fixture.partly({first({})}, "cloud", "IntraOrganizationConnector"),
		{"planes": ["onprem"]},
	)
	found := policy.unknown with input as seen
	found == set()
	subjects := policy.subject with input as seen
	subjects == {fixture.judged(first({}))}
}
