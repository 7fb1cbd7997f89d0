package exchange.directories.basic_on_mail_directories_test

import data.exchange.directories.basic_on_mail_directories as policy
import data.lib.fixture

ews := fixture.ews("EX01", {})

oab := fixture.oab("EX01", {})

mapi := fixture.mapi("EX01", {})

violations(resources) := found if {
	found := policy.violation with input as fixture.estate(resources)
}

unknowns(resources) := {[answer.subject, answer.reason, answer.property] | some answer in found} if {
	found := policy.unknown with input as fixture.estate(resources)
}

wrong(resource, property, observed, expected) := {
	"subject": fixture.subject(resource),
	"property": property,
	"observed": observed,
	"expected": expected,
}

test_front_ends_of_three_kinds_are_judged if {
	back := fixture.ews("EX02", {"_site": "backend"})
	found := policy.subject with input as fixture.estate({ews, oab, mapi, back, fixture.autodiscover("EX01", {})})
	found == {fixture.judged(ews), fixture.judged(oab), fixture.judged(mapi)}
}

test_untouched_server_is_silent if {
	violations({ews, oab, mapi}) == set()
	unknowns({ews, oab, mapi}) == set()
}

test_other_kinds_are_not_judged if {
	violations({fixture.autodiscover("EX01", {"BasicAuthentication": true})}) == set()
}

test_basic_on_ews if {
	on := object.union(ews, {"BasicAuthentication": true})
	violations({on, oab, mapi}) == {wrong(ews, "BasicAuthentication", true, false)}
}

test_basic_on_oab if {
	on := object.union(oab, {"BasicAuthentication": true})
	violations({ews, on, mapi}) == {wrong(oab, "BasicAuthentication", true, false)}
}

test_basic_on_mapi if {
	on := object.union(mapi, {"IISAuthenticationMethods": ["BASIC", "OAuth"]})
	violations({ews, oab, on}) == {wrong(mapi, "IISAuthenticationMethods", ["BASIC", "OAuth"], ["OAuth"])}
}

test_back_ends_are_not_judged if {
	back_ews := object.union(ews, {"_site": "backend", "BasicAuthentication": true})
	back_oab := object.union(oab, {"_site": "backend", "BasicAuthentication": true})
	back_mapi := object.union(mapi, {"_site": "backend", "IISAuthenticationMethods": ["Basic"]})
	violations({back_ews, back_oab, back_mapi}) == set()
	blank := object.union(back_ews, {"BasicAuthentication": null})
	none := object.union(back_mapi, {"IISAuthenticationMethods": []})
	unknowns({blank, none}) == set()
}

test_undecided_is_unknown if {
	absent := object.remove(ews, {"BasicAuthentication"})
	blank := object.union(oab, {"BasicAuthentication": null})
	cut := object.union(mapi, {"IISAuthenticationMethods": fixture.ad_only})
	violations({absent, blank, cut}) == set()
	unknowns({absent, blank, cut}) == {
		[fixture.subject(ews), "property_absent", "BasicAuthentication"],
		[fixture.subject(oab), "null_value", "BasicAuthentication"],
		[fixture.subject(mapi), "ad_only", "IISAuthenticationMethods"],
	}
	empty := object.union(mapi, {"IISAuthenticationMethods": []})
	unknowns({empty}) == {[fixture.subject(mapi), "null_or_empty", "IISAuthenticationMethods"]}
}
