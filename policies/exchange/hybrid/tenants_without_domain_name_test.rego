package exchange.hybrid.tenants_without_domain_name_test

import data.exchange.hybrid.tenants_without_domain_name as policy
import data.lib.fixture

first := fixture.auth_server("EvoSts - A", {"DomainName": ["contoso.com", "contoso.onmicrosoft.com"]})

second := fixture.auth_server("EvoSts - B", {
	"Realm": "66666666-7777-8888-9999-000000000000",
	"DomainName": ["fabrikam.com"],
})

changed(changes) := object.union(second, changes)

acs := fixture.acs({})

violations(resources) := found if {
	found := policy.violation with input as fixture.estate(resources)
}

unknowns(resources) := {[answer.subject.id, answer.reason, answer.property] | some answer in found} if {
	found := policy.unknown with input as fixture.estate(resources)
}

left_out(resources) := found if {
	found := policy.not_applicable with input as fixture.estate(resources)
}

subjects(resources) := {judged.id | some judged in found} if {
	found := policy.subject with input as fixture.estate(resources)
}

wrong(server, property, observed, expected) := {
	"subject": fixture.subject(server),
	"property": property,
	"observed": observed,
	"expected": expected,
}

saying(answer, message) := object.union(answer, {"message": message})

# Both objects are unknown, because of one of them.
both(reason, property) := {
	["EvoSts - A", reason, property],
	["EvoSts - B", reason, property],
}

test_each_with_its_own_domains if {
	violations({first, second, acs}) == set()
	unknowns({first, second, acs}) == set()
	left_out({first, second, acs}) == set()
	subjects({first, second, acs}) == {"EvoSts - A", "EvoSts - B"}
}

test_no_domain if {
	every nothing in {null, [], ""} {
		violations({first, changed({"DomainName": nothing}), acs}) == {wrong(
			second,
			"DomainName",
			nothing,
			"the domains of its tenant",
		)}
		unknowns({first, changed({"DomainName": nothing})}) == set()
	}
}

test_shared_domain if {
	shared := changed({"DomainName": ["Contoso.com", "fabrikam.com", "contoso.onmicrosoft.com"]})
	expected := "domains of no other authorization server"
	violations({first, shared}) == {
		saying(
			wrong(first, "DomainName", first.DomainName, expected),
			"EvoSts - A shares contoso.com, contoso.onmicrosoft.com with EvoSts - B.",
		),
		saying(
			wrong(second, "DomainName", shared.DomainName, expected),
			"EvoSts - B shares contoso.com, contoso.onmicrosoft.com with EvoSts - A.",
		),
	}
}

test_two_objects_for_one_tenant if {
	same := changed({"Realm": upper(first.Realm)})
	violations({first, same}) == {
		saying(
			wrong(first, "Realm", first.Realm, "a realm of its own"),
			"EvoSts - A and EvoSts - B are for one tenant.",
		),
		saying(
			wrong(second, "Realm", upper(first.Realm), "a realm of its own"),
			"EvoSts - B and EvoSts - A are for one tenant.",
		),
	}
}

test_one_tenant if {
	alone := object.union(first, {"DomainName": []})
	every others in {set(), {acs}, {changed({"Enabled": false})}, {changed({"Type": "ADFS"})}} {
		violations({alone} | others) == set()
		unknowns({alone} | others) == set()
		left_out({alone} | others) == {{"subject": fixture.subject(first), "reason": "single_tenant"}}
		subjects({alone} | others) == {"EvoSts - A"}
	}
	left_out({object.union(alone, {"Type": null})}) == {{"subject": fixture.subject(first), "reason": "single_tenant"}}
	subjects({acs}) == set()
}

test_an_object_that_may_be_a_second_tenant if {
	every property in {"Type", "Enabled"} {
		blurred := changed({property: null})
		violations({object.union(first, {"DomainName": []}), blurred}) == set()
		unknowns({first, blurred}) == both("null_value", property)
		unknowns({first, object.remove(second, {property})}) == both("property_absent", property)
		left_out({first, blurred}) == set()
	}
}

test_undecided_domains_are_unknown if {
	absent := object.remove(second, {"DomainName"})
	violations({first, absent}) == set()
	unknowns({first, absent}) == both("property_absent", "DomainName")
	cut := changed({"DomainName": ["fabrikam.com", {"$undecided": "truncated"}]})
	violations({first, cut}) == set()
	unknowns({first, cut}) == both("truncated", "DomainName")
}

test_undecided_realm_is_unknown if {
	every nothing in {null, ""} {
		violations({first, changed({"Realm": nothing})}) == set()
		unknowns({first, changed({"Realm": nothing})}) == both("null_or_empty", "Realm")
	}
	violations({object.union(first, {"Realm": ""}), changed({"Realm": ""})}) == set()
	unknowns({first, object.remove(second, {"Realm"})}) == both("property_absent", "Realm")
}
