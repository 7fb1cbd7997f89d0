package exchange.partner.sid_accepted_from_partner_test

import data.exchange.partner.sid_accepted_from_partner as policy
import data.lib.fixture

exchange_online := fixture.partner_application("Exchange Online", {})

accepting := object.union(exchange_online, {"AcceptSecurityIdentifierInformation": true})

graph := object.union(accepting, {
	"_key": "Microsoft Graph",
	"Name": "Microsoft Graph",
	"ApplicationIdentifier": "00000003-0000-0000-c000-000000000000",
})

violations(resources, params) := found if {
	found := policy.violation with input as fixture.estate(resources) with data.params as params
}

unknowns(resources, params) := {[answer.subject, answer.reason, answer.property] | some answer in found} if {
	found := policy.unknown with input as fixture.estate(resources) with data.params as params
}

wrong(application) := {
	"subject": fixture.subject(application),
	"property": "AcceptSecurityIdentifierInformation",
	"observed": true,
	"expected": false,
}

test_defaults_are_silent if {
	violations({exchange_online, graph}, {}) == set()
	unknowns({exchange_online, graph}, {}) == set()
}

test_accepted if {
	violations({accepting, graph}, {}) == {wrong(accepting)}
	violations({object.union(accepting, {"Enabled": false})}, {}) == {wrong(accepting)}
}

test_declared if {
	violations({accepting}, {"sid_partner_applications": ["exchange online"]}) == set()
	violations({accepting}, {"sid_partner_applications": ["00000002-0000-0FF1-ce00-000000000000"]}) == set()
	violations({accepting}, {"sid_partner_applications": ["Fabrikam"]}) == {wrong(accepting)}
	violations({accepting}, {"partner_applications": ["Exchange Online"]}) == {wrong(accepting)}
}

test_an_application_without_identifier_is_unknown if {
	nameless := object.remove(accepting, {"ApplicationIdentifier"})
	violations({nameless}, {}) == set()
	unknowns({nameless}, {}) == {[fixture.subject(nameless), "property_absent", "ApplicationIdentifier"]}
	blank := object.union(accepting, {"ApplicationIdentifier": null})
	violations({blank}, {}) == set()
	unknowns({blank}, {}) == {[fixture.subject(blank), "null_value", "ApplicationIdentifier"]}
	unknowns({blank}, {"sid_partner_applications": ["Exchange Online"]}) == set()
	unknowns({object.remove(exchange_online, {"ApplicationIdentifier"})}, {}) == set()
}

test_undecided_is_no_violation if {
	every odd in {null, {"$undecided": "truncated"}} {
		violations({object.union(accepting, {"AcceptSecurityIdentifierInformation": odd})}, {}) == set()
	}
	violations({object.remove(accepting, {"AcceptSecurityIdentifierInformation"})}, {}) == set()
}
