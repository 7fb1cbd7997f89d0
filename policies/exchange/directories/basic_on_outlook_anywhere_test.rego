package exchange.directories.basic_on_outlook_anywhere_test

import data.exchange.directories.basic_on_outlook_anywhere as policy
import data.lib.fixture

clean := fixture.outlook_anywhere("EX01", {"IISAuthenticationMethods": ["Negotiate", "Ntlm"]})

changed(changes) := object.union(clean, changes)

violations(resource, params) := found if {
	found := policy.violation with input as fixture.estate({resource}) with data.params as params
}

wrong(property, observed, expected) := {
	"subject": fixture.subject(clean),
	"property": property,
	"observed": observed,
	"expected": expected,
}

factory_list := ["Basic", "Negotiate", "Ntlm"]

test_without_basic_is_silent if violations(clean, {}) == set()

test_basic_in_the_list if {
	violations(changed({"IISAuthenticationMethods": factory_list}), {}) == {wrong(
		"IISAuthenticationMethods",
		factory_list,
		["Negotiate", "Ntlm"],
	)}
}

test_basic_for_external_clients if {
	violations(changed({"ExternalClientAuthenticationMethod": "Basic"}), {}) == {wrong(
		"ExternalClientAuthenticationMethod",
		"Basic",
		"Ntlm",
	)}
}

test_basic_for_internal_clients if {
	violations(changed({"InternalClientAuthenticationMethod": "basic"}), {}) == {wrong(
		"InternalClientAuthenticationMethod",
		"basic",
		"Ntlm",
	)}
}

test_severity_follows_the_exposure if {
	basic := changed({"IISAuthenticationMethods": factory_list})
	full := wrong("IISAuthenticationMethods", factory_list, ["Negotiate", "Ntlm"])
	lower_one := object.union(full, {"severity": "medium"})
	violations(basic, {"exposure": {"internet": ["*"]}}) == {full}
	violations(basic, {"exposure": {"internal": ["*"]}}) == {lower_one}
	violations(basic, {"exposure": {"exo_only": ["*"]}}) == {lower_one}
	violations(basic, {"exposure": {"internal": ["EX02"]}}) == {full}
}

test_back_end_is_not_judged if {
	violations(changed({
		"_site": "backend",
		"IISAuthenticationMethods": factory_list,
		"InternalClientAuthenticationMethod": "Basic",
	}), {}) == set()
}

test_undecided_is_not_a_violation if {
	properties := {
		"IISAuthenticationMethods",
		"ExternalClientAuthenticationMethod",
		"InternalClientAuthenticationMethod",
	}
	violations(object.remove(clean, properties), {}) == set()
	violations(changed({p: null | some p in properties}), {}) == set()
	violations(changed({p: fixture.ad_only | some p in properties}), {}) == set()
}
