package exchange.partner.unknown_partner_application_test

import data.exchange.partner.unknown_partner_application as policy
import data.lib.fixture

facts := {"first_party_applications": [
	{"identifier": "00000002-0000-0ff1-ce00-000000000000", "own_metadata_url": "any"},
	{"identifier": "00000003-0000-0ff1-ce00-000000000000", "own_metadata_url": "required"},
]}

exchange_online := fixture.partner_application("Exchange Online", {})

stranger := fixture.partner_application("Archive", {"ApplicationIdentifier": "99999999-0000-0000-0000-000000000001"})

sharepoint(changes) := fixture.partner_application("SharePoint", object.union(
	{
		"ApplicationIdentifier": "00000003-0000-0ff1-ce00-000000000000",
		"AuthMetadataUrl": "https://sharepoint.contoso.com/_layouts/15/metadata/json/1",
	},
	changes,
))

violations(resource, params) := found if {
	found := policy.violation with input as fixture.estate({resource})
		with data.params as params
		with data.facts as facts
}

unknowns(resource, params) := {[answer.subject, answer.reason, answer.property] | some answer in found} if {
	found := policy.unknown with input as fixture.estate({resource})
		with data.params as params
		with data.facts as facts
}

unknown_identifier(resource) := {
	"subject": fixture.subject(resource),
	"property": "ApplicationIdentifier",
	"observed": resource.ApplicationIdentifier,
	"expected": "an identifier that is known or declared",
}

own_issuer(resource) := {
	"subject": fixture.subject(resource),
	"property": "UseAuthServer",
	"observed": false,
	"expected": true,
}

test_known_is_silent if {
	violations(exchange_online, {}) == set()
	unknowns(exchange_online, {}) == set()
	upper_case := object.union(exchange_online, {"ApplicationIdentifier": "00000002-0000-0FF1-CE00-000000000000"})
	violations(upper_case, {}) == set()
}

test_stranger if {
	violations(stranger, {}) == {unknown_identifier(stranger)}
	unknowns(stranger, {}) == set()
	violations(stranger, {"partner_applications": ["Another"]}) == {unknown_identifier(stranger)}
}

test_disabled_stranger_is_silent if {
	violations(object.union(stranger, {"Enabled": false, "UseAuthServer": false}), {}) == set()
}

test_declared_by_name_or_identifier if {
	own := object.union(stranger, {"UseAuthServer": false})
	every entry in {"archive", "99999999-0000-0000-0000-000000000001"} {
		violations(stranger, {"partner_applications": [entry]}) == set()
		violations(own, {"partner_applications": [entry]}) == set()
	}
}

test_without_authorization_server if {
	own := object.union(exchange_online, {"UseAuthServer": false})
	violations(own, {}) == {own_issuer(exchange_online)}
	both := object.union(stranger, {"UseAuthServer": false})
	violations(both, {}) == {own_issuer(stranger), unknown_identifier(stranger)}
}

test_sharepoint_is_known_with_its_own_address if {
	violations(sharepoint({}), {}) == set()
	unknowns(sharepoint({}), {}) == set()
	violations(sharepoint({"AuthMetadataUrl": ""}), {}) == {unknown_identifier(sharepoint({}))}
	unknowns(sharepoint({"AuthMetadataUrl": ""}), {}) == set()
	violations(sharepoint({"AuthMetadataUrl": null}), {}) == {unknown_identifier(sharepoint({}))}
	unknowns(sharepoint({"AuthMetadataUrl": null}), {}) == set()
}

test_an_address_of_its_own_makes_nobody_known if {
	own := object.union(stranger, {"AuthMetadataUrl": "https://archive.example.net/metadata"})
	violations(own, {}) == {unknown_identifier(stranger)}
}

test_sharepoint_without_evidence_is_unknown if {
	absent := object.remove(sharepoint({}), {"AuthMetadataUrl"})
	violations(absent, {}) == set()
	unknowns(absent, {}) == {[fixture.subject(absent), "property_absent", "AuthMetadataUrl"]}
	unknowns(object.remove(exchange_online, {"AuthMetadataUrl"}), {}) == set()
}

test_undecided_is_unknown if {
	nameless := object.union(exchange_online, {"ApplicationIdentifier": null})
	violations(nameless, {}) == set()
	unknowns(nameless, {}) == {[fixture.subject(nameless), "null_value", "ApplicationIdentifier"]}
	absent := object.remove(exchange_online, {"UseAuthServer"})
	violations(absent, {}) == set()
	unknowns(absent, {}) == {[fixture.subject(absent), "property_absent", "UseAuthServer"]}
	unknowns(object.union(nameless, {"Enabled": false}), {}) == set()
}

test_undecided_state_is_the_engines if {
	violations(object.union(stranger, {"Enabled": null}), {}) == set()
	violations(object.remove(stranger, {"Enabled"}), {}) == set()
}
