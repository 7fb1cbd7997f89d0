package exchange.hybrid.oauth_missing_on_mapi_test

import data.exchange.hybrid.oauth_missing_on_mapi as policy
import data.lib.fixture

mapi(list) := fixture.mapi("EX01", {"IISAuthenticationMethods": list})

profile_off := fixture.organization_config({})

violations(resources, params) := found if {
	found := policy.violation with input as fixture.estate(resources) with data.params as params
}

unknowns(resources, params) := {[answer.subject, answer.reason] | some answer in found} if {
	found := policy.unknown with input as fixture.estate(resources) with data.params as params
}

left_out(resources, params) := found if {
	found := policy.not_applicable with input as fixture.estate(resources) with data.params as params
}

subject := fixture.subject(mapi([]))

wrong(observed, expected) := {
	"subject": subject,
	"property": "IISAuthenticationMethods",
	"observed": observed,
	"expected": expected,
}

test_oauth_in_the_list_is_silent if {
	every list in {["Negotiate", "Ntlm", "OAuth"], ["OAUTH"], ["OAuth"]} {
		violations({mapi(list)}, {"hma": true}) == set()
		unknowns({mapi(list)}, {"hma": true}) == set()
		left_out({mapi(list)}, {"hma": true}) == set()
	}
}

test_without_oauth if {
	violations({mapi(["Negotiate", "Ntlm"])}, {"hma": true}) == {wrong(
		["Negotiate", "Ntlm"],
		["Negotiate", "Ntlm", "OAuth"],
	)}
	unknowns({mapi(["Negotiate", "Ntlm"])}, {"hma": true}) == set()
	left_out({mapi(["Negotiate", "Ntlm"])}, {"hma": true}) == set()
}

test_the_fix_never_adds_ntlm if {
	violations({mapi(["Negotiate"])}, {"hma": true}) == {wrong(["Negotiate"], ["Negotiate", "OAuth"])}
	violations({mapi(["Basic"])}, {"hma": true, "exposure": {"internet": ["EX01"]}}) == {wrong(["Basic"], ["OAuth"])}
}

test_the_fix_inside_is_the_whole_list if {
	violations({mapi(["Basic"])}, {"hma": true, "exposure": {"internal": ["EX01"]}}) == {wrong(
		["Basic"],
		["Negotiate", "Ntlm", "OAuth"],
	)}
}

test_empty_is_unknown if {
	violations({mapi([])}, {"hma": true}) == set()
	unknowns({mapi([])}, {"hma": true}) == {[subject, "null_or_empty"]}
	unknowns({mapi([])}, {"hybrid": "classic_minimal"}) == {[subject, "null_or_empty"]}
	unknowns({mapi([]), profile_off}, {"hybrid": "none"}) == set()
}

test_without_hybrid_oauth if {
	violations({mapi(["Ntlm"]), profile_off}, {"hybrid": "none"}) == set()
	unknowns({mapi(["Ntlm"]), profile_off}, {"hybrid": "none"}) == set()
	left_out({mapi(["Ntlm"]), profile_off}, {"hybrid": "none"}) == {{
		"subject": subject,
		"reason": "no_hybrid_oauth",
	}}
}

test_unknown_state_decides_only_without_oauth if {
	undecided := {"hybrid": "classic_minimal"}
	violations({mapi(["Ntlm"])}, undecided) == set()
	unknowns({mapi(["Ntlm"])}, undecided) == {[subject, "param_missing"]}
	unknowns({mapi(["OAuth"])}, undecided) == set()
}

back(list) := object.union(mapi(list), {"_site": "backend"})

test_back_end_is_not_judged if {
	violations({back(["Ntlm"])}, {"hma": true}) == set()
	unknowns({back([])}, {"hma": true}) == set()
	unknowns({back(["Ntlm"])}, {"hybrid": "classic_minimal"}) == set()
	left_out({back(["Ntlm"]), profile_off}, {"hybrid": "none"}) == set()
}

test_absent_null_and_ad_only_are_not_violations if {
	violations({object.remove(mapi([]), {"IISAuthenticationMethods"})}, {"hma": true}) == set()
	violations({mapi(null)}, {"hma": true}) == set()
	violations({mapi(fixture.ad_only)}, {"hma": true}) == set()
	violations({mapi(["Ntlm", {"$undecided": "too_deep"}])}, {"hma": true}) == set()
}
