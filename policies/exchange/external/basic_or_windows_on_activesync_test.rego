package exchange.external.basic_or_windows_on_activesync_test

import data.exchange.external.basic_or_windows_on_activesync as policy
import data.lib.fixture

external := {"exposure": {"internet": ["EX*"]}}

# Locked down as the policy wants it.
clean := fixture.activesync("EX01", {"BasicAuthEnabled": false, "WindowsAuthEnabled": false})

# Everything wrong that can be.
worst := fixture.activesync("EX01", {"BasicAuthEnabled": true, "WindowsAuthEnabled": true})

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
deciding := {"BasicAuthEnabled", "WindowsAuthEnabled"}

test_locked_down_is_silent if {
	violations(clean, external) == set()
	unknowns(clean, external) == set()
	left_out(clean, external) == set()
}

test_basic if {
	violations(changed({"BasicAuthEnabled": true}), external) == {
		wrong("BasicAuthEnabled", true, false),
	}
}

test_windows if {
	violations(changed({"WindowsAuthEnabled": true}), external) == {
		wrong("WindowsAuthEnabled", true, false),
	}
}

test_both if {
	violations(changed({"BasicAuthEnabled": true, "WindowsAuthEnabled": true}), external) == {
		wrong("BasicAuthEnabled", true, false),
		wrong("WindowsAuthEnabled", true, false),
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

test_certificate_device_needs_windows if {
	device := object.union(external, {"certificate_device_servers": ["EX01"]})
	both := changed({"BasicAuthEnabled": true, "WindowsAuthEnabled": true})
	violations(changed({"WindowsAuthEnabled": true}), device) == set()
	violations(both, device) == {wrong("BasicAuthEnabled", true, false)}
	other := object.union(external, {"certificate_device_servers": ["EX02"]})
	violations(changed({"WindowsAuthEnabled": true}), other) == {wrong("WindowsAuthEnabled", true, false)}
}
