package exchange.application.certificate_on_shared_principal_test

import data.exchange.application.certificate_on_shared_principal as policy
import data.lib.fixture

organization := {"plane": null, "kind": "Organization", "id": "contoso"}

shared(changes) := fixture.service_principal(fixture.exchange_online_application, changes)

other := fixture.service_principal("99999999-8888-7777-6666-555555555555", {"keyCredentials": [key]})

key := fixture.key_credential("55555555-6666-7777-8888-999999999999", {})

violations(resources) := found if {
	found := policy.violation with input as fixture.estate(resources)
}

unknowns(resources) := found if {
	found := policy.unknown with input as fixture.estate(resources)
}

left(observed, number) := {
	"subject": fixture.subject(shared({})),
	"property": "keyCredentials",
	"observed": observed,
	"expected": [],
	"message": sprintf("The shared service principal of Exchange Online has certificates: %d.", [number]),
}

test_the_shared_principal_is_judged if {
	found := policy.subject with input as fixture.estate({shared({}), other})
	found == {fixture.judged(shared({}))}
}

test_empty_is_silent if {
	violations({shared({}), other}) == set()
	unknowns({shared({}), other}) == set()
}

test_any_certificate if {
	named := "55555555-6666-7777-8888-999999999999 until 2027-01-01T00:00:00Z"
	violations({shared({"keyCredentials": [key]}), other}) == {left([named], 1)}
	upper_case := shared({"keyCredentials": [key], "appId": "00000002-0000-0FF1-CE00-000000000000"})
	violations({upper_case}) == {left([named], 1)}
	unknowns({shared({"keyCredentials": [key]})}) == set()
}

# Expired ones count too.
test_expired_certificates if {
	old := fixture.key_credential("00000000-6666-7777-8888-999999999999", {"endDateTime": "2020-01-01T00:00:00Z"})
	violations({shared({"keyCredentials": [key, old]})}) == {left(
		[
			"00000000-6666-7777-8888-999999999999 until 2020-01-01T00:00:00Z",
			"55555555-6666-7777-8888-999999999999 until 2027-01-01T00:00:00Z",
		],
		2,
	)}
}

# A list that was cut still proves what it shows.
test_a_cut_list_still_fails if {
	unnamed := "a certificate without usable details"
	violations({shared({"keyCredentials": [{"$undecided": "too_deep"}]})}) == {left([unnamed], 1)}
	every property in {"keyId", "endDateTime"} {
		violations({shared({"keyCredentials": [object.union(key, {property: null})]})}) == {left([unnamed], 1)}
	}
}

test_undecided_is_unknown if {
	every observed in [null, {"$undecided": "truncated"}] {
		violations({shared({"keyCredentials": observed})}) == set()
		count(unknowns({shared({"keyCredentials": observed})})) == 1
	}
	absent := object.remove(shared({}), {"keyCredentials"})
	violations({absent}) == set()
	{[answer.subject, answer.reason, answer.property] | some answer in unknowns({absent})} == {[
		fixture.subject(shared({})),
		"property_absent",
		"keyCredentials",
	]}
}

test_a_principal_that_is_not_there_is_unknown if {
	violations({other}) == set()
	{[answer.subject, answer.reason, answer.kind] | some answer in unknowns({other})} == {[
		organization,
		"not_collected",
		"ServicePrincipal",
	]}
	found := policy.subject with input as fixture.estate({other})
	found == {object.union(organization, {"server": null})}
}
