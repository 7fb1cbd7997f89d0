package exchange.authorization.next_certificate_not_staged_test

import data.exchange.authorization.next_certificate_not_staged as policy
import data.lib.fixture

ex01 := fixture.exchange_server("EX01", {})

ex02 := fixture.exchange_server("EX02", {})

soon := "2026-12-31T00:00:00Z"

current(moment) := {
	ex01, ex02,
	fixture.certificate("EX01", "AA01", {"NotAfter": moment}),
	fixture.certificate("EX02", "AA01", {"NotAfter": moment}),
}

everywhere := {fixture.certificate("EX01", "BB02", {}), fixture.certificate("EX02", "BB02", {})}

config(changes) := fixture.auth_config(object.union({"CurrentCertificateThumbprint": "AA01"}, changes))

next(changes) := config(object.union(
	{
		"NextCertificateThumbprint": "BB02",
		"NextCertificateEffectiveDate": "2026-12-01T00:00:00Z",
		"_observed": {"WhenChangedUTC": "2026-11-20T00:00:00Z"},
	},
	changes,
))

subject := fixture.subject(config({}))

violations(resources) := found if {
	found := policy.violation with input as fixture.estate(resources)
}

unknowns(whole) := {[answer.subject, answer.reason] | some answer in found} if {
	found := policy.unknown with input as whole
}

not_applicable(resources) := found if {
	found := policy.not_applicable with input as fixture.estate(resources)
}

silent(resources) if {
	violations(resources) == set()
	unknowns(fixture.estate(resources)) == set()
	not_applicable(resources) == set()
}

test_far_from_its_end if {
	silent(current("2030-02-06T09:30:00Z") | {config({})})
	silent(current("2027-01-20T02:00:00Z") | {config({})})
	silent(current("2030-02-06T09:30:00Z") | {next({"NextCertificateEffectiveDate": null})})
}

test_staged if {
	silent((current(soon) | everywhere) | {next({})})
	silent((current("2026-11-20T00:00:00Z") | everywhere) | {next({"NextCertificateEffectiveDate": "2026-11-19T00:00:00Z"})})
}

none(blank, day) := {
	"subject": subject,
	"property": "NextCertificateThumbprint",
	"observed": blank,
	"expected": "the thumbprint of the next certificate",
	"message": sprintf("The certificate that signs tokens ends on %s, and no next one is set.", [day]),
}

test_none_is_set if {
	violations(current(soon) | {config({})}) == {none("", "2026-12-31")}
	violations(current(soon) | {config({"NextCertificateThumbprint": null})}) == {none(null, "2026-12-31")}
	violations(current("2027-01-20T01:59:59Z") | {config({})}) == {none("", "2027-01-20")}
	violations(current("2026-01-01T00:00:00Z") | {config({})}) == {none("", "2026-01-01")}
}

test_not_everywhere if {
	violations((current(soon) | {next({})}) | {fixture.certificate("EX01", "BB02", {})}) == {{
		"subject": subject,
		"property": "NextCertificateThumbprint",
		"observed": "BB02",
		"expected": "present on EX02",
		"message": "The next certificate BB02 is not on EX02.",
	}}
}

late(moment, day) := {
	"subject": subject,
	"property": "NextCertificateEffectiveDate",
	"observed": moment,
	"expected": "before 2026-12-31T00:00:00Z",
	"message": sprintf("The next certificate takes over on %s, after the current one has ended.", [day]),
}

test_takes_over_too_late if {
	violations((current(soon) | everywhere) | {next({"NextCertificateEffectiveDate": soon})}) == {late(soon, "2026-12-31")}
	after := "2027-02-01T00:00:00Z"
	violations((current(soon) | everywhere) | {next({"NextCertificateEffectiveDate": after})}) == {late(after, "2027-02-01")}
	violations((current("2030-02-06T09:30:00Z") | everywhere) | {next({"NextCertificateEffectiveDate": "2031-01-01T00:00:00Z"})}) == set()
}

hasty(moment) := {
	"subject": subject,
	"property": "NextCertificateEffectiveDate",
	"observed": moment,
	"expected": "at least 48 hours after it is set",
	"severity": "low",
	"message": sprintf("The next certificate takes over at %s, less than 48 hours after it was set.", [moment]),
}

set_at(changed, effective) := violations((current("2030-02-06T09:30:00Z") | everywhere) | {next({
	"NextCertificateEffectiveDate": effective,
	"_observed": {"WhenChangedUTC": changed},
})})

test_less_than_48_hours_warn if {
	set_at("2026-11-20T00:00:00Z", "2026-11-21T23:59:59Z") == {hasty("2026-11-21T23:59:59Z")}
	set_at("2026-11-20T00:00:00Z", "2026-11-22T00:00:00Z") == set()
	set_at("2026-11-18T00:00:00Z", "2026-11-21T03:00:00Z") == set()
}

test_a_date_that_is_past_does_not_warn if set_at("2026-11-20T00:00:00Z", "2026-11-21T01:00:00Z") == set()

test_without_the_day_of_the_change_now_counts if {
	found := violations((current("2030-02-06T09:30:00Z") | everywhere) | {object.union(
		config({}),
		{"NextCertificateThumbprint": "BB02", "NextCertificateEffectiveDate": "2026-11-23T01:59:59Z"},
	)})
	found == {hasty("2026-11-23T01:59:59Z")}
	later := violations((current("2030-02-06T09:30:00Z") | everywhere) | {object.union(
		config({}),
		{"NextCertificateThumbprint": "BB02", "NextCertificateEffectiveDate": "2026-11-23T02:00:00Z"},
	)})
	later == set()
}

test_a_date_without_a_certificate_says_nothing if {
	silent(current("2030-02-06T09:30:00Z") | {config({"NextCertificateEffectiveDate": "2026-11-21T03:00:00Z"})})
}

test_an_unreadable_date_is_unknown if {
	words := [
		[null, "null_value"],
		[{"$undecided": "truncated"}, "truncated"],
		["01.12.2026", "not_a_date"],
	]
	every pair in words {
		resources := (current(soon) | everywhere) | {next({"NextCertificateEffectiveDate": pair[0]})}
		violations(resources) == set()
		unknowns(fixture.estate(resources)) == {[subject, pair[1]]}
	}
	absent := object.remove(next({}), {"NextCertificateEffectiveDate"})
	unknowns(fixture.estate((current(soon) | everywhere) | {absent})) == {[subject, "property_absent"]}
}

test_a_server_that_was_not_seen if {
	rows := [{"plane": "onprem", "kind": "ExchangeCertificate", "state": "partial", "except": [{
		"server": "EX02",
		"state": "failed",
	}]}]
	near := fixture.estate({ex01, ex02, next({}), fixture.certificate("EX01", "AA01", {"NotAfter": soon}), fixture.certificate("EX01", "BB02", {})})
	unknowns(object.union(near, {"coverage": rows})) == {[subject, "failed"]}
	far := fixture.estate({ex01, ex02, next({}), fixture.certificate("EX01", "AA01", {})})
	unknowns(object.union(far, {"coverage": rows})) == set()
}

test_a_part_that_is_not_known if {
	strange := fixture.exchange_server("NEW1", {"IsEdgeServer": null, "ServerRole": null})
	unknowns(fixture.estate((current(soon) | everywhere) | {next({}), strange})) == {[subject, "property_absent"]}
	unknowns(fixture.estate((current("2030-02-06T09:30:00Z") | everywhere) | {next({}), strange})) == set()
}

left := {{"subject": subject, "reason": "left_to_auth_001"}}

test_no_current_certificate_is_left_to_auth_001 if {
	not_applicable({ex01, config({"CurrentCertificateThumbprint": null})}) == left
	not_applicable({ex01, config({})}) == left
	unknowns(fixture.estate({ex01, config({})})) == set()
	violations({ex01, config({})}) == set()
}

test_a_current_certificate_that_was_not_seen_is_unknown if {
	blind := object.union(fixture.estate({ex01, config({})}), {"coverage": []})
	unknowns(blind) == {[subject, "null_value"]}
	found := policy.not_applicable with input as blind
	found == set()
	not_applicable({config({})}) == set()
	unknowns(fixture.estate({config({})})) == {[subject, "null_value"]}
	strange := fixture.exchange_server("NEW1", {"IsEdgeServer": null, "ServerRole": null})
	not_applicable({ex01, strange, config({})}) == set()
	undated := fixture.certificate("EX01", "AA01", {"NotAfter": null})
	unknowns(fixture.estate({ex01, undated, config({})})) == {[subject, "null_value"]}
	not_applicable({ex01, undated, config({})}) == set()
}

test_undecided_thumbprints_are_the_engines if {
	odd := {"$undecided": "truncated"}
	violations(current(soon) | {next({"NextCertificateThumbprint": odd})}) == set()
	violations(current(soon) | {next({"CurrentCertificateThumbprint": odd})}) == set()
	violations(current(soon) | {object.remove(next({}), {"NextCertificateThumbprint"})}) == set()
	not_applicable(current(soon) | {next({"CurrentCertificateThumbprint": odd})}) == set()
}
