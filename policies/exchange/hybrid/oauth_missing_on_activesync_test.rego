package exchange.hybrid.oauth_missing_on_activesync_test

import data.exchange.hybrid.oauth_missing_on_activesync as policy
import data.lib.fixture

both := {"InternalAuthenticationMethods": ["Basic", "OAuth"], "ExternalAuthenticationMethods": ["Basic", "oauth"]}

offered := fixture.activesync("EX01", both)

changed(changes) := object.union(offered, changes)

neither := changed({"InternalAuthenticationMethods": ["Basic"], "ExternalAuthenticationMethods": ["Basic"]})

empty := changed({"InternalAuthenticationMethods": [], "ExternalAuthenticationMethods": []})

profile_off := fixture.organization_config({})

lists := {"InternalAuthenticationMethods", "ExternalAuthenticationMethods"}

on := {"hma": true}

violations(resources, params) := found if {
	found := policy.violation with input as fixture.estate(resources) with data.params as params
}

unknowns(resources, params) := {[answer.subject, answer.reason, object.get(answer, "property", null)] |
	some answer in found
} if {
	found := policy.unknown with input as fixture.estate(resources) with data.params as params
}

left_out(resources, params) := found if {
	found := policy.not_applicable with input as fixture.estate(resources) with data.params as params
}

wrong(property, observed, expected) := {
	"subject": fixture.subject(offered),
	"property": property,
	"observed": observed,
	"expected": expected,
	"severity": "low",
}

missing(reason, property) := [fixture.subject(offered), reason, property]

silent(resources, params) if {
	violations(resources, params) == set()
	unknowns(resources, params) == set()
	left_out(resources, params) == set()
}

test_both_lists_have_it if {
	silent({offered}, on)
	silent({offered}, {})
}

test_neither_list_has_it if {
	violations({neither}, on) == {wrong(property, ["Basic"], ["Basic", "OAuth"]) | some property in lists}
	unknowns({neither}, on) == set()
	left_out({neither}, on) == set()
}

test_one_list if {
	every property in lists {
		one := changed({property: ["Basic", "Negotiate"]})
		violations({one}, on) == {wrong(property, ["Basic", "Negotiate"], ["Basic", "Negotiate", "OAuth"])}
		unknowns({one}, on) == set()
	}
}

test_basic_is_left_out_where_the_internet_is if {
	outside := object.union(on, {"exposure": {"internet": ["EX01"]}})
	violations({neither}, outside) == {wrong(property, ["Basic"], ["OAuth"]) | some property in lists}
	inside := object.union(on, {"exposure": {"internal": ["EX01"]}})
	violations({neither}, inside) == {wrong(property, ["Basic"], ["Basic", "OAuth"]) | some property in lists}
}

test_one_server_of_two if {
	other := fixture.activesync("EX02", both)
	violations({changed({"ExternalAuthenticationMethods": ["Basic"]}), other}, on) == {
		wrong("ExternalAuthenticationMethods", ["Basic"], ["Basic", "OAuth"]),
	}
}

test_an_empty_list_is_unknown if {
	violations({empty}, on) == set()
	unknowns({empty}, on) == {missing("null_or_empty", property) | some property in lists}
	unknowns({changed({"InternalAuthenticationMethods": []})}, on) == {
		missing("null_or_empty", "InternalAuthenticationMethods"),
	}
	violations({changed({"InternalAuthenticationMethods": []})}, on) == set()
	left_out({empty}, on) == set()
	unknowns({empty, profile_off}, {}) == set()
}

test_undecided_is_unknown if {
	every property in lists {
		null_list := changed({property: null})
		violations({null_list}, on) == set()
		unknowns({null_list}, on) == {missing("null_value", property)}
		absent := object.remove(offered, {property})
		violations({absent}, on) == set()
		unknowns({absent}, on) == {missing("property_absent", property)}
		masked := changed({property: fixture.ad_only})
		violations({masked}, on) == set()
		unknowns({masked}, on) == {missing("ad_only", property)}
		cut := changed({property: ["Basic", {"$undecided": "truncated"}]})
		violations({cut}, on) == set()
		unknowns({cut}, on) == {missing("truncated", property)}
		unknowns({cut, profile_off}, {}) == set()
		unknowns({cut}, {}) == {missing("truncated", property)}
	}
}

test_hma_off if {
	every directory in {offered, neither, empty} {
		violations({directory, profile_off}, {}) == set()
		unknowns({directory, profile_off}, {}) == set()
		left_out({directory, profile_off}, {}) == {{"subject": fixture.subject(offered), "reason": "hma_off"}}
	}
}

test_unknown_state if {
	violations({neither}, {}) == set()
	left_out({neither}, {}) == set()
	unknowns({neither}, {}) == {missing("param_missing", null)}
	unknowns({offered}, {}) == set()
}

test_client_certificates_are_judged_elsewhere if {
	certificates := {{"subject": fixture.subject(offered), "reason": "client_certificates"}}
	declared := object.union(on, {"certificate_servers": ["EX01"]})
	device := object.union(on, {"certificate_device_servers": ["EX01"]})
	every params in {declared, device} {
		every directory in {neither, empty} {
			violations({directory}, params) == set()
			unknowns({directory}, params) == set()
			left_out({directory}, params) == certificates
		}
	}
	required := changed({"ClientCertAuth": "Required", "InternalAuthenticationMethods": ["Basic"]})
	violations({required}, on) == set()
	left_out({required}, on) == certificates
	unknowns({object.union(empty, {"ClientCertAuth": "Required"})}, {}) == set()
	accepted := object.union(neither, {"ClientCertAuth": "Accepted"})
	count(violations({accepted}, on)) == 2
	left_out({accepted}, on) == set()
	other := object.union(on, {"certificate_servers": ["EX02"], "certificate_device_servers": ["EX02"]})
	count(violations({neither}, other)) == 2
}

test_back_end_is_not_judged if {
	back := object.union(neither, {"_site": "backend"})
	violations({back}, on) == set()
	unknowns({back, object.union(empty, {"_site": "backend"})}, on) == set()
	left_out({back, profile_off}, {}) == set()
	left_out({object.union(back, {"ClientCertAuth": "Required"})}, on) == set()
}
