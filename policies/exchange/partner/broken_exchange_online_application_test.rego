package exchange.partner.broken_exchange_online_application_test

import data.exchange.partner.broken_exchange_online_application as policy
import data.lib.fixture

factory := fixture.partner_application("Exchange Online", {})

changed(changes) := object.union(factory, changes)

graph := fixture.partner_application("Microsoft Graph", {"ApplicationIdentifier": "00000003-0000-0000-c000-000000000000"})

full := {"hybrid": "classic_full"}

none := {"hybrid": "none"}

organization := {"plane": null, "kind": "Organization", "id": "contoso"}

violations(resources, params) := found if {
	found := policy.violation with input as fixture.estate(resources) with data.params as params
}

others(whole, params) := {answer.reason | some answer in unknown} | {answer.reason | some answer in not_applicable} if {
	unknown := policy.unknown with input as whole with data.params as params
	not_applicable := policy.not_applicable with input as whole with data.params as params
}

silent(resources, params) if {
	violations(resources, params) == set()
	others(fixture.estate(resources), params) == set()
}

wrong(application, property, expected) := {
	"subject": organization,
	"resource": fixture.judged(application),
	"property": property,
	"observed": application[property],
	"expected": expected,
}

high(answer) := object.union(answer, {"severity": "high"})

test_the_organization_is_judged if {
	found := policy.subject with input as fixture.estate(set())
	found == {object.union(organization, {"server": null})}
}

test_intact_is_silent if {
	silent({factory, graph}, full)
	silent({changed({"Realm": null, "AuthMetadataUrl": null, "CertificateStrings": null})}, full)
	silent({factory}, none)
	silent({factory}, {})
}

test_an_issuer_of_its_own if {
	foreign := changed({"AuthMetadataUrl": "https://sts.example.net/metadata"})
	violations({foreign}, full) == {wrong(foreign, "AuthMetadataUrl", null)}
	keyed := changed({"CertificateStrings": ["MIIC"]})
	violations({keyed}, none) == {wrong(keyed, "CertificateStrings", null)}
	violations({factory, object.union(graph, {"AuthMetadataUrl": "https://sts.example.net/metadata"})}, full) == set()
}

test_without_the_authorization_server if {
	alone := changed({"UseAuthServer": false})
	violations({alone}, none) == {high(wrong(alone, "UseAuthServer", true))}
}

test_disabled if {
	stopped := changed({"Enabled": false})
	violations({stopped}, full) == {high(wrong(stopped, "Enabled", true))}
	others(fixture.estate({stopped}), full) == set()
	connected := {stopped, fixture.connector("onprem", "HybridIOC", {})}
	violations(connected, {}) == {high(wrong(stopped, "Enabled", true))}
	violations({factory, object.union(graph, {"Enabled": false})}, full) == set()
}

missing(names) := high({
	"subject": organization,
	"property": null,
	"observed": names,
	"expected": "a partner application for Exchange Online with an empty realm",
	"message": "There is no partner application for Exchange Online; its tokens are refused.",
})

test_missing if {
	violations({graph}, full) == {missing(["Microsoft Graph"])}
	violations(set(), full) == {missing([])}
}

test_no_hybrid_oauth if {
	stopped := changed({"Enabled": false})
	violations({stopped}, none) == set()
	others(fixture.estate({stopped}), none) == {"no_hybrid_oauth"}
	violations({graph}, none) == set()
	others(fixture.estate({graph}), none) == {"no_hybrid_oauth"}
}

unstated(resources) := others(object.union(
	fixture.estate(resources),
	{"coverage": [{"plane": "onprem", "kind": "PartnerApplication", "state": "complete"}]},
), {})

test_nobody_stated_the_topology if {
	unstated({graph}) == {"param_missing"}
	unstated({changed({"Enabled": false})}) == {"param_missing"}
	unstated({factory}) == set()
	violations({changed({"Enabled": false})}, {}) == set()
}

test_two_of_them if {
	second := object.union(factory, {"_key": "Exchange Online 2", "Name": "Exchange Online 2"})
	violations({factory, second}, none) == {high({
		"subject": organization,
		"property": null,
		"observed": ["Exchange Online", "Exchange Online 2"],
		"expected": "one partner application for Exchange Online with an empty realm",
		"message": "2 partner applications stand for Exchange Online with an empty realm; one must.",
	})}
}

test_another_realm_warns if {
	tenant := object.union(factory, {"_key": "EXO 2", "Name": "EXO 2", "Realm": "fabrikam.com", "Enabled": false})
	violations({factory, tenant}, full) == {object.union(wrong(tenant, "Realm", ""), {"severity": "low"})}
	others(fixture.estate({factory, tenant}), none) == set()
	count(violations({tenant}, full)) == 2
	violations({factory, object.union(graph, {"Realm": "fabrikam.com"})}, full) == set()
}

test_what_was_not_seen_is_not_missing if {
	partly := fixture.partly({graph}, "onprem", "PartnerApplication")
	found := policy.violation with input as partly with data.params as full
	found == set()
	nameless := object.remove(factory, {"ApplicationIdentifier"})
	violations({nameless}, full) == set()
	realmless := object.remove(factory, {"Realm"})
	violations({realmless}, full) == set()
	cut := changed({"Realm": {"$undecided": "truncated"}})
	violations({cut}, full) == set()
	elsewhere := object.union(nameless, {"Realm": "fabrikam.com"})
	violations({elsewhere}, full) == {missing(["Exchange Online"])}
	violations({object.union(graph, {"Realm": {"$undecided": "truncated"}})}, full) == {missing(["Microsoft Graph"])}
}

test_undecided_values_are_no_violation if {
	every property in {"Enabled", "UseAuthServer", "AuthMetadataUrl", "CertificateStrings"} {
		violations({object.remove(factory, {property})}, full) == set()
		violations({changed({property: {"$undecided": "truncated"}})}, full) == set()
		violations({changed({property: null})}, full) == set()
	}
}
