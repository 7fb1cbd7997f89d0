package exchange.external.other_than_oauth_on_mapi_test

import data.exchange.external.other_than_oauth_on_mapi as policy
import data.lib.fixture

external := {"exposure": {"internet": ["EX*"]}}

# Locked down as the policy wants it.
clean := fixture.mapi("EX01", {"IISAuthenticationMethods": ["OAuth"]})

# Everything wrong that can be.
worst := fixture.mapi("EX01", {"IISAuthenticationMethods": ["Basic", "Negotiate", "Ntlm"]})

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
deciding := {"IISAuthenticationMethods"}

test_locked_down_is_silent if {
	violations(clean, external) == set()
	unknowns(clean, external) == set()
	left_out(clean, external) == set()
}

test_basic if {
	violations(changed({"IISAuthenticationMethods": ["Basic", "OAuth"]}), external) == {
		wrong("IISAuthenticationMethods", ["Basic", "OAuth"], ["OAuth"]),
	}
}

test_ntlm if {
	violations(changed({"IISAuthenticationMethods": ["NTLM", "OAuth"]}), external) == {
		wrong("IISAuthenticationMethods", ["NTLM", "OAuth"], ["OAuth"]),
	}
}

test_negotiate if {
	violations(changed({"IISAuthenticationMethods": ["Negotiate", "OAuth"]}), external) == {
		wrong("IISAuthenticationMethods", ["Negotiate", "OAuth"], ["OAuth"]),
	}
}

test_untouched_server if {
	violations(changed({"IISAuthenticationMethods": ["Negotiate", "Ntlm", "OAuth"]}), external) == {
		wrong("IISAuthenticationMethods", ["Negotiate", "Ntlm", "OAuth"], ["OAuth"]),
	}
}

test_oauth_missing if {
	violations(changed({"IISAuthenticationMethods": ["Negotiate"]}), external) == {
		wrong("IISAuthenticationMethods", ["Negotiate"], ["OAuth"]),
	}
}

test_case_does_not_matter if {
	violations(changed({"IISAuthenticationMethods": ["oauth"]}), external) == set()
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

test_a_cut_list_proves_what_it_shows if {
	shown := ["Ntlm", {"$undecided": "too_deep"}]
	violations(changed({"IISAuthenticationMethods": shown}), external) == {wrong("IISAuthenticationMethods", shown, ["OAuth"])}
	violations(changed({"IISAuthenticationMethods": ["OAuth", {"$undecided": "too_deep"}]}), external) == set()
}

test_empty_is_unknown if {
	none := changed({"IISAuthenticationMethods": []})
	violations(none, external) == set()
	{[answer.subject, answer.reason, answer.property] | some answer in unknowns(none, external)} == {[
		fixture.subject(clean),
		"null_or_empty",
		"IISAuthenticationMethods",
	]}
	unknowns(none, {"exposure": {"internal": ["*"]}}) == set()
}

test_null_and_absent_are_the_engines if {
	unknowns(object.remove(clean, {"IISAuthenticationMethods"}), external) == set()
}
