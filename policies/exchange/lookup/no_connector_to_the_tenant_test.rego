package exchange.lookup.no_connector_to_the_tenant_test

import data.exchange.lookup.no_connector_to_the_tenant as policy
import data.lib.fixture

facts := {"exo_autodiscover_hosts": [
	{"cloud": "global", "host": "outlook.office365.com"},
	{"cloud": "global", "host": "autodiscover-s.outlook.com"},
]}

organization := {"plane": null, "kind": "Organization", "id": "contoso"}

full := {"hybrid": "classic_full"}

connector(changes) := fixture.connector("onprem", "HybridIOC", changes)

partner := fixture.connector("onprem", "Fabrikam", {
	"TargetAddressDomains": ["fabrikam.com"],
	"DiscoveryEndpoint": "https://autodiscover.fabrikam.com/autodiscover/autodiscover.svc",
})

violations(resources, params) := found if {
	found := policy.violation with input as fixture.estate(resources)
		with data.params as params
		with data.facts as facts
}

unknowns(resources, params) := {[answer.subject, answer.reason, object.get(answer, "property", null)] |
	some answer in found
} if {
	found := policy.unknown with input as fixture.estate(resources)
		with data.params as params
		with data.facts as facts
}

left_out(resources, params) := found if {
	found := policy.not_applicable with input as fixture.estate(resources)
		with data.params as params
		with data.facts as facts
}

breaking(property, observed, expected) := {
	"subject": organization,
	"resource": {"plane": "onprem", "kind": "IntraOrganizationConnector", "id": "HybridIOC", "server": null},
	"property": property,
	"observed": observed,
	"expected": expected,
}

lacking(names) := {
	"subject": organization,
	"property": null,
	"observed": names,
	"expected": "an enabled IntraOrganizationConnector to the tenant",
	"message": "Hybrid OAuth is claimed, but no connector points at the tenant.",
}

disabled := breaking("Enabled", false, true)

other_host(address) := breaking("DiscoveryEndpoint", address, "on autodiscover-s.outlook.com or outlook.office365.com")

other_domains(list) := breaking("TargetAddressDomains", list, "with the tenant's mail.onmicrosoft.com domain")

test_the_organization_is_judged if {
	found := policy.subject with input as fixture.estate(set())
	found == {object.union(organization, {"server": null})}
}

test_right_is_silent if {
	every params in {full, {"hybrid": "modern_agent"}, {}} {
		violations({connector({}), partner}, params) == set()
		unknowns({connector({}), partner}, params) == set()
		left_out({connector({}), partner}, params) == set()
	}
	violations({connector({"TargetAddressDomains": ["contoso.onmicrosoft.com"]})}, full) == set()
	manual := "https://outlook.office365.com/autodiscover/autodiscover.svc"
	violations({connector({"DiscoveryEndpoint": manual})}, full) == set()
}

test_none if {
	violations(set(), full) == {lacking([])}
	violations({partner}, full) == {lacking(["Fabrikam"])}
	violations(set(), {"hybrid": "modern_agent"}) == {lacking([])}
}

test_none_needs_complete_coverage if {
	seen := fixture.partly(set(), "onprem", "IntraOrganizationConnector")
	found := policy.violation with input as seen with data.params as full with data.facts as facts
	found == set()
	left := policy.not_applicable with input as seen with data.params as {} with data.facts as facts
	left == set()
}

test_disabled if {
	violations({connector({"Enabled": false}), partner}, full) == {disabled}
	unknowns({connector({"Enabled": false}), partner}, full) == set()
}

test_another_domain if {
	list := ["contoso.com"]
	violations({connector({"TargetAddressDomains": list})}, full) == {other_domains(list)}
	look_alike := ["contoso.onmicrosoft.com.example.net"]
	violations({connector({"TargetAddressDomains": look_alike})}, full) == {other_domains(look_alike)}
	violations({connector({"TargetAddressDomains": list, "Enabled": false})}, full) == {disabled, other_domains(list)}
}

test_declared_tenant if {
	declared := {"hybrid": "classic_full", "tenant_domains": ["Contoso.onmicrosoft.com", "contoso.com"]}
	violations({connector({})}, declared) == set()
	foreign := ["fabrikam.mail.onmicrosoft.com"]
	violations({connector({"TargetAddressDomains": foreign})}, declared) == {other_domains(foreign)}
	violations({connector({"TargetAddressDomains": foreign})}, full) == set()
	custom := {"hybrid": "classic_full", "tenant_domains": ["contoso.com"]}
	violations({connector({})}, custom) == set()
}

test_another_host if {
	address := "https://autodiscover-s.outlook.com.example.net/autodiscover/autodiscover.svc"
	violations({connector({"DiscoveryEndpoint": address})}, full) == {other_host(address)}
	violations({connector({"DiscoveryEndpoint": null})}, full) == {other_host(null)}
}

test_undeclared_but_used if {
	list := ["contoso.com"]
	violations({connector({"TargetAddressDomains": list})}, {}) == {other_domains(list)}
}

test_no_full_hybrid if {
	every word in {"none", "classic_minimal"} {
		violations(set(), {"hybrid": word}) == set()
		violations({connector({"Enabled": false})}, {"hybrid": word}) == set()
		violations({connector({"DiscoveryEndpoint": null})}, {"hybrid": word}) == set()
		unknowns({connector({"Enabled": null})}, {"hybrid": word}) == set()
		left_out(set(), {"hybrid": word}) == {{"subject": organization, "reason": "no_full_hybrid"}}
	}
}

test_nothing_claimed if {
	violations(set(), {}) == set()
	unknowns(set(), {}) == set()
	left_out(set(), {}) == {{"subject": organization, "reason": "no_hybrid_oauth_claimed"}}
}

test_disabled_without_a_word_is_unknown if {
	violations({connector({"Enabled": false})}, {}) == set()
	left_out({connector({"Enabled": false})}, {}) == set()
	unknowns({connector({"Enabled": false})}, {}) == {[organization, "param_missing", null]}
}

test_another_cloud if {
	china := {"hybrid": "classic_full", "cloud": "china"}
	violations({connector({})}, china) == set()
	violations({connector({"Enabled": false})}, china) == set()
	violations(set(), china) == set()
	unknowns({connector({})}, china) == {[organization, "cloud_not_in_table", null]}
	unknowns(set(), {"hybrid": "none", "cloud": "china"}) == set()
}

test_undecided_is_unknown if {
	blank := connector({"Enabled": null})
	violations({blank}, full) == set()
	unknowns({blank}, full) == {[organization, "null_value", "Enabled"]}
	absent := object.remove(connector({}), {"DiscoveryEndpoint"})
	violations({absent}, full) == set()
	unknowns({absent}, full) == {[organization, "property_absent", "DiscoveryEndpoint"]}
	cut := connector({"TargetAddressDomains": {"$undecided": "truncated"}})
	violations({cut}, full) == set()
	unknowns({cut}, full) == {[organization, "truncated", "TargetAddressDomains"]}
}

test_one_good_connector_is_enough if {
	blank := fixture.connector("onprem", "Other", {"Enabled": null})
	violations({blank, connector({})}, full) == set()
	unknowns({blank, connector({})}, full) == set()
	stopped := fixture.connector("onprem", "Other", {"Enabled": false})
	violations({stopped, connector({})}, full) == set()
}

test_a_wrong_connector_is_no_candidate if {
	wrong_anyway := object.union(partner, {"Enabled": null})
	violations({wrong_anyway}, full) == {lacking(["Fabrikam"])}
	unknowns({wrong_anyway}, full) == set()
}
