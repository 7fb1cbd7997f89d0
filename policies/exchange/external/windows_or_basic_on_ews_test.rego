package exchange.external.windows_or_basic_on_ews_test

import data.exchange.external.windows_or_basic_on_ews as policy
import data.lib.fixture

external := {"exposure": {"internet": ["EX*"]}}

# Locked down as the policy wants it.
clean := fixture.ews("EX01", {"WindowsAuthentication": false, "WSSecurityAuthentication": false})

# Everything wrong that can be.
worst := fixture.ews("EX01", {"WindowsAuthentication": true, "BasicAuthentication": true, "DigestAuthentication": true, "OAuthAuthentication": false})

violations(resource, params) := found if {
	found := policy.violation with input as fixture.estate({resource}) with data.params as params
}

unknowns(resource, params) := found if {
	found := policy.unknown with input as fixture.estate({resource}) with data.params as params
}

left_out(resource, params) := found if {
	found := policy.not_applicable with input as fixture.estate({resource}) with data.params as params
}

changed(changes) := object.union(clean, changes)

wrong(property, observed, expected) := {
	"subject": fixture.subject(clean),
	"property": property,
	"observed": observed,
	"expected": expected,
}

graded(answer, severity) := object.union(answer, {"severity": severity})

# What the policy rests on.
deciding := {"WindowsAuthentication", "BasicAuthentication", "DigestAuthentication", "OAuthAuthentication", "WSSecurityAuthentication"}

test_locked_down_is_silent if {
	violations(clean, external) == set()
	unknowns(clean, external) == set()
	left_out(clean, external) == set()
}

test_windows if {
	violations(changed({"WindowsAuthentication": true}), external) == {
		wrong("WindowsAuthentication", true, false),
	}
}

test_basic if {
	violations(changed({"BasicAuthentication": true}), external) == {
		wrong("BasicAuthentication", true, false),
	}
}

test_digest if {
	violations(changed({"DigestAuthentication": true}), external) == {
		wrong("DigestAuthentication", true, false),
	}
}

test_oauth_off if {
	violations(changed({"OAuthAuthentication": false}), external) == {
		graded(wrong("OAuthAuthentication", false, true), "high"),
	}
}

test_wssecurity_warns if {
	violations(changed({"WSSecurityAuthentication": true}), external) == {
		graded(wrong("WSSecurityAuthentication", true, false), "low"),
	}
}

test_untouched_server if {
	violations(changed({"WindowsAuthentication": true, "WSSecurityAuthentication": true}), external) == {
		wrong("WindowsAuthentication", true, false),
		graded(wrong("WSSecurityAuthentication", true, false), "low"),
	}
}

test_back_end_is_not_judged if {
	back := object.union(worst, {"_site": "backend"})
	violations(back, external) == set()
	unknowns(back, {}) == set()
	left_out(back, {"exposure": {"internal": ["*"]}}) == set()
}

test_not_external if {
	every word in {"exo_only", "internal"} {
		inside := {"exposure": {word: ["*"]}}
		violations(worst, inside) == set()
		unknowns(worst, inside) == set()
		left_out(worst, inside) == {{"subject": fixture.subject(worst), "reason": "not_external"}}
	}
}

test_exposure_unknown if {
	violations(worst, {}) == set()
	left_out(worst, {}) == set()
	{[answer.subject, answer.reason] | some answer in unknowns(worst, {})} == {[
		fixture.subject(worst),
		"param_missing",
	]}
	every answer in unknowns(worst, {}) {
		contains(answer.message, "EX01")
	}
}

test_absent_is_not_a_violation if {
	violations(object.remove(clean, deciding), external) == set()
}

test_null_is_not_a_violation if {
	violations(changed({p: null | some p in deciding}), external) == set()
}

test_ad_only_is_not_a_violation if {
	violations(changed({p: fixture.ad_only | some p in deciding}), external) == set()
}
