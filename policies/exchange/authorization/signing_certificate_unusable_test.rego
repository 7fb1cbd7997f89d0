package exchange.authorization.signing_certificate_unusable_test

import data.exchange.authorization.signing_certificate_unusable as policy
import data.lib.fixture

config := signed_by("AA01")

signed_by(thumbprint) := fixture.auth_config({"CurrentCertificateThumbprint": thumbprint})

ex01 := fixture.exchange_server("EX01", {})

ex02 := fixture.exchange_server("EX02", {})

edge := fixture.exchange_server("EDGE1", {"IsEdgeServer": true, "ServerRole": "Edge"})

ends(server, moment) := fixture.certificate(server, "AA01", {"NotAfter": moment})

good := {
	config, ex01, ex02, edge,
	fixture.certificate("EX01", "AA01", {}), fixture.certificate("EX02", "AA01", {}),
}

violations(resources) := found if {
	found := policy.violation with input as fixture.estate(resources)
}

unknowns(resources) := reasons(fixture.estate(resources))

reasons(whole) := {[answer.subject, answer.reason] | some answer in found} if {
	found := policy.unknown with input as whole
}

subject := fixture.subject(config)

end(server, moment) := {
	"subject": subject,
	"resource": fixture.judged(ends(server, moment)),
	"property": "NotAfter",
	"observed": moment,
	"expected": "at least 60 days from now",
}

ending(moment, severity, message) := object.union(end("EX01", moment), {"severity": severity, "message": message})

at(moment) := {config, ex01, ends("EX01", moment)}

test_good_is_silent if {
	violations(good) == set()
	unknowns(good) == set()
}

test_empty if {
	every blank in {null, ""} {
		none := signed_by(blank)
		violations({none, ex01}) == {{
			"subject": subject,
			"property": "CurrentCertificateThumbprint",
			"observed": blank,
			"expected": "the thumbprint of a certificate",
			"message": "No certificate is set to sign tokens.",
		}}
		unknowns({none, ex01}) == set()
	}
}

missing(names) := {
	"subject": subject,
	"property": "CurrentCertificateThumbprint",
	"observed": "AA01",
	"expected": sprintf("present on %s", [names]),
	"message": sprintf("The certificate AA01 is not on %s.", [names]),
}

test_missing_on_a_server if {
	violations(good - {fixture.certificate("EX02", "AA01", {})}) == {missing("EX02")}
	unknowns(good - {fixture.certificate("EX02", "AA01", {})}) == set()
	other := {config, ex01, ex02, fixture.certificate("EX01", "BB02", {})}
	violations(other) == {missing("EX01, EX02")}
}

test_not_asked_of_edge_and_of_old_servers if {
	old := fixture.exchange_server("OLD1", {"AdminDisplayVersion": "14.3.123.4"})
	violations(good | {old}) == set()
	unknowns(good | {old}) == set()
}

test_expired if {
	past := "2026-11-21T02:00:00Z"
	violations(at(past)) == {object.union(
		end("EX01", past),
		{"message": "The certificate that signs tokens expired on 2026-11-21."},
	)}
	violations({config, ex01, ex02, ends("EX01", "2026-01-05T00:00:00Z"), ends("EX02", "2026-01-05T00:00:00Z")}) == {object.union(
		end("EX01", "2026-01-05T00:00:00Z"),
		{"message": "The certificate that signs tokens expired on 2026-01-05."},
	)}
}

test_less_than_30_days if {
	every moment in {"2026-11-21T02:00:01Z", "2026-12-21T01:59:59Z"} {
		[object.get(answer, "severity", "critical") | some answer in violations(at(moment))] == ["high"]
	}
	violations(at("2026-12-01T14:00:00Z")) == {ending(
		"2026-12-01T14:00:00Z",
		"high",
		"The certificate that signs tokens expires on 2026-12-01, in 10 days.",
	)}
}

test_less_than_60_days_warn if {
	violations(at("2026-12-21T02:00:00Z")) == {ending(
		"2026-12-21T02:00:00Z",
		"low",
		"The certificate that signs tokens expires on 2026-12-21, in 30 days.",
	)}
	[object.get(answer, "severity", "critical") | some answer in violations(at("2027-01-20T01:59:59Z"))] == ["low"]
	violations(at("2027-01-20T02:00:00Z")) == set()
}

test_an_end_that_cannot_be_read_is_unknown if {
	every odd in {null, {"$undecided": "truncated"}, "21.11.2026"} {
		violations(at(odd)) == set()
		unknowns(at(odd)) == {[subject, "null_value"]}
	}
	absent := object.remove(fixture.certificate("EX01", "AA01", {}), {"NotAfter"})
	violations({config, ex01, absent}) == set()
	unknowns({config, ex01, absent}) == {[subject, "null_value"]}
	unknowns({config, ex01, ex02, absent, fixture.certificate("EX02", "AA01", {})}) == set()
}

test_nobody_carries_it if {
	violations({config}) == set()
	unknowns({config}) == {[subject, "null_value"]}
}

test_a_server_that_was_not_seen_is_unknown_and_the_others_are_judged if {
	rows := [{"plane": "onprem", "kind": "ExchangeCertificate", "state": "partial", "except": [{
		"server": "EX02",
		"state": "denied",
	}]}]
	seen := object.union(fixture.estate({config, ex01, ex02, ends("EX01", "2026-01-05T00:00:00Z")}), {"coverage": rows})
	found := policy.violation with input as seen
	[answer.property | some answer in found] == ["NotAfter"]
	reasons(seen) == {[subject, "denied"]}
}

test_a_part_that_is_not_known if {
	strange := fixture.exchange_server("NEW1", {"IsEdgeServer": null, "ServerRole": null})
	violations(good | {strange}) == set()
	unknowns(good | {strange}) == {[subject, "property_absent"]}
}

test_undecided_thumbprint_is_the_engines if {
	every odd in {{"$undecided": "truncated"}, {"$undecided": "redacted"}} {
		lost := signed_by(odd)
		violations({lost, ex01}) == set()
	}
	violations({object.remove(config, {"CurrentCertificateThumbprint"}), ex01}) == set()
}
