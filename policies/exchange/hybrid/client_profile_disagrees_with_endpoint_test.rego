package exchange.hybrid.client_profile_disagrees_with_endpoint_test

import data.exchange.hybrid.client_profile_disagrees_with_endpoint as policy
import data.lib.fixture

evosts := fixture.auth_server("EvoSts", {"IsDefaultAuthorizationEndpoint": true})

plain := fixture.auth_server("EvoSts", {})

on := fixture.organization_config({"OAuth2ClientProfileEnabled": true})

off := fixture.organization_config({})

ad_fs := fixture.auth_server("ADFS", {"Type": "ADFS", "IsDefaultAuthorizationEndpoint": true})

cu13 := fixture.exchange_server("EX01", {"AdminDisplayVersion": "15.2.1258.12"})

violations(resources, params) := found if {
	found := policy.violation with input as fixture.estate(resources) with data.params as params
}

left_out(resources, params) := found if {
	found := policy.not_applicable with input as fixture.estate(resources) with data.params as params
}

wrong(observed, expected, message) := {
	"subject": fixture.subject(on),
	"property": "OAuth2ClientProfileEnabled",
	"observed": observed,
	"expected": expected,
	"message": message,
}

no_endpoint := wrong(true, false, "The flag is on, but no authorization server is the default endpoint.")

no_flag := wrong(false, true, "An authorization server is the default endpoint, but the flag is off.")

declared_on := wrong(false, true, "`params: {hma: true}` is declared, but the flag says otherwise.")

declared_off := wrong(true, false, "`params: {hma: false}` is declared, but the flag says otherwise.")

test_both_on if {
	violations({on, evosts}, {}) == set()
	violations({on, evosts}, {"hma": true}) == set()
	left_out({on, evosts}, {}) == set()
}

test_both_off if {
	violations({off, plain}, {}) == set()
	violations({off, plain}, {"hma": false}) == set()
	left_out({off, plain}, {}) == set()
}

test_flag_without_endpoint if {
	violations({on, plain}, {}) == {no_endpoint}
	violations({on}, {"hma": true}) == {no_endpoint}
}

test_endpoint_without_flag if violations({off, evosts}, {}) == {no_flag}

test_declared_state if {
	violations({off, plain}, {"hma": true}) == {declared_on}
	violations({off, evosts}, {"hma": true}) == {no_flag, declared_on}
	violations({on, evosts}, {"hma": false}) == {declared_off}
	violations({on, plain}, {"hma": false}) == {no_endpoint, declared_off}
}

test_ad_fs_without_hybrid if {
	params := {"hybrid": "none"}
	violations({on, ad_fs, cu13}, params) == set()
	violations({off, ad_fs, cu13}, params) == set()
	violations({on, ad_fs, cu13}, {"hybrid": "none", "hma": false}) == set()
	left_out({on, ad_fs, cu13}, params) == {{
		"subject": fixture.subject(on),
		"reason": "ad_fs_modern_authentication",
	}}
}

test_undecided_is_not_a_violation if {
	null_flag := fixture.organization_config({"OAuth2ClientProfileEnabled": null})
	violations({null_flag, evosts}, {"hma": true}) == set()
	violations({object.remove(off, {"OAuth2ClientProfileEnabled"}), evosts}, {"hma": true}) == set()
	cut := fixture.organization_config({"OAuth2ClientProfileEnabled": fixture.ad_only})
	violations({cut, evosts}, {"hma": true}) == set()
	blank := fixture.auth_server("EvoSts", {"IsDefaultAuthorizationEndpoint": null})
	violations({on, blank}, {}) == set()
	violations({off, blank}, {}) == set()
}

test_no_endpoint_needs_complete_evidence if {
	seen := fixture.partly({on, plain}, "onprem", "AuthServer")
	found := policy.violation with input as seen with data.params as {}
	found == set()
}
