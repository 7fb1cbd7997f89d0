package exchange.hybrid.oauth_off_on_oab_test

import data.exchange.hybrid.oauth_off_on_oab as policy
import data.lib.fixture

on := fixture.oab("EX01", {"OAuthAuthentication": true})

off := fixture.oab("EX01", {"OAuthAuthentication": false})

profile_off := fixture.organization_config({})

violations(resources, params) := found if {
	found := policy.violation with input as fixture.estate(resources) with data.params as params
}

unknowns(resources, params) := found if {
	found := policy.unknown with input as fixture.estate(resources) with data.params as params
}

left_out(resources, params) := found if {
	found := policy.not_applicable with input as fixture.estate(resources) with data.params as params
}

wrong := {
	"subject": fixture.subject(off),
	"property": "OAuthAuthentication",
	"observed": false,
	"expected": true,
}

test_on_is_silent if {
	violations({on}, {"hma": true}) == set()
	unknowns({on}, {"hma": true}) == set()
	left_out({on}, {"hma": true}) == set()
}

test_off_with_hma if {
	violations({off}, {"hma": true}) == {wrong}
	unknowns({off}, {"hma": true}) == set()
	left_out({off}, {"hma": true}) == set()
}

test_off_with_hybrid_oauth if {
	violations({off, profile_off}, {"hybrid": "classic_full"}) == {wrong}
	used := fixture.connector("onprem", "HybridIOC", {})
	violations({off, profile_off, used}, {}) == {wrong}
}

test_one_server_of_two if {
	other := fixture.oab("EX02", {"OAuthAuthentication": true})
	violations({off, other}, {"hma": true}) == {wrong}
}

test_without_hybrid_oauth if {
	every directory in {on, off} {
		violations({directory, profile_off}, {"hybrid": "none"}) == set()
		unknowns({directory, profile_off}, {"hybrid": "none"}) == set()
		left_out({directory, profile_off}, {"hybrid": "none"}) == {{
			"subject": fixture.subject(off),
			"reason": "no_hybrid_oauth",
		}}
	}
}

test_unknown_state_decides_only_where_it_is_off if {
	undecided := {"hybrid": "classic_minimal"}
	violations({off}, undecided) == set()
	left_out({off}, undecided) == set()
	{[answer.subject, answer.reason] | some answer in unknowns({off}, undecided)} == {[
		fixture.subject(off),
		"param_missing",
	]}
	unknowns({on}, undecided) == set()
}

test_back_end_is_not_judged if {
	back := object.union(off, {"_site": "backend"})
	violations({back}, {"hma": true}) == set()
	unknowns({back}, {"hybrid": "classic_minimal"}) == set()
	left_out({back, profile_off}, {"hybrid": "none"}) == set()
}

test_absent_null_and_ad_only_are_not_violations if {
	violations({object.remove(off, {"OAuthAuthentication"})}, {"hma": true}) == set()
	violations({object.union(off, {"OAuthAuthentication": null})}, {"hma": true}) == set()
	violations({object.union(off, {"OAuthAuthentication": fixture.ad_only})}, {"hma": true}) == set()
}
