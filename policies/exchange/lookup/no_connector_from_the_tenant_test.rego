package exchange.lookup.no_connector_from_the_tenant_test

import data.exchange.lookup.no_connector_from_the_tenant as policy
import data.lib.fixture

organization := {"plane": null, "kind": "Organization", "id": "contoso"}

full := {"hybrid": "classic_full"}

discovery := "https://exo.contoso.com/autodiscover/autodiscover.svc"

sharing := "https://exo.contoso.com/ews/exchange.asmx"

named(name, changes) := fixture.connector("cloud", name, object.union(
	{"TargetAddressDomains": ["contoso.com"], "DiscoveryEndpoint": discovery, "TargetSharingEpr": null},
	changes,
))

connector(changes) := named("HybridIOC", changes)

here(domain, changes) := fixture.accepted_domain("onprem", domain, changes)

there(domain, changes) := fixture.accepted_domain("cloud", domain, changes)

# contoso.com on both sides; the tenant's own domains on both; one domain that only on-premises accepts.
domains := {
	here("contoso.com", {}),
	there("contoso.com", {}),
	here("contoso.mail.onmicrosoft.com", {}),
	there("contoso.mail.onmicrosoft.com", {}),
	here("contoso.local", {}),
	there("cloud-only.com", {}),
}

both(domain, changes) := {here(domain, changes), there(domain, {})}

violations(resources, params) := found if {
	found := policy.violation with input as fixture.estate(resources | domains) with data.params as params
}

unknowns(resources, params) := reasons(found) if {
	found := policy.unknown with input as fixture.estate(resources | domains) with data.params as params
}

reasons(found) := {[answer.subject, answer.reason, object.get(answer, "property", null)] | some answer in found}

left_out(resources, params) := found if {
	found := policy.not_applicable with input as fixture.estate(resources | domains) with data.params as params
}

silent(resources, params) if {
	violations(resources, params) == set()
	unknowns(resources, params) == set()
	left_out(resources, params) == set()
}

breaking(name, property, observed, expected) := {
	"subject": organization,
	"resource": {"plane": "cloud", "kind": "IntraOrganizationConnector", "id": name, "server": null},
	"property": property,
	"observed": observed,
	"expected": expected,
}

disabled := object.union(breaking("HybridIOC", "Enabled", false, true), {"message": concat("", [
	"HybridIOC is disabled, so look-ups of contoso.com use the older delegation.",
])})

no_endpoint(observed) := breaking("HybridIOC", "DiscoveryEndpoint", observed, "this or TargetSharingEpr set")

unnamed(observed, expected, names) := {
	"subject": organization,
	"property": null,
	"observed": observed,
	"expected": expected,
	"message": sprintf("No connector of Exchange Online names %s. Where a domain holds no mailboxes, accept the finding.", [names]),
}

none_at_all := {
	"subject": organization,
	"property": null,
	"observed": [],
	"expected": "an enabled IntraOrganizationConnector to on-premises",
	"message": "Hybrid OAuth is claimed, but Exchange Online has no connector at all.",
}

used := fixture.connector("onprem", "HybridIOC", {})

stopped := fixture.connector("onprem", "HybridIOC", {"Enabled": false})

blurred := fixture.connector("onprem", "HybridIOC", {"Enabled": null})

test_the_organization_is_judged if {
	found := policy.subject with input as fixture.estate(set())
	found == {object.union(organization, {"server": null})}
}

test_right_is_silent if {
	silent({connector({})}, full)
	silent({connector({})}, {"hybrid": "modern_agent"})
	silent({connector({}), used}, {})
	silent({connector({"DiscoveryEndpoint": null, "TargetSharingEpr": sharing})}, full)
	silent({connector({"TargetAddressDomains": ["Contoso.com", "fabrikam.com"]})}, full)
	agent := "https://11111111-2222-3333-4444-555555555555.resource.mailboxmigration.his.msappproxy.net/EWS/Exchange.asmx"
	silent({connector({"DiscoveryEndpoint": "", "TargetSharingEpr": agent})}, {"hybrid": "modern_agent"})
}

test_none_at_all if {
	violations(set(), full) == {none_at_all}
	violations({used}, {}) == {none_at_all}
	violations(set(), {"hybrid": "modern_agent"}) == {none_at_all}
}

test_none_needs_complete_coverage if {
	seen := fixture.partly(domains, "cloud", "IntraOrganizationConnector")
	found := policy.violation with input as seen with data.params as full
	found == set()
}

test_disabled if {
	violations({connector({"Enabled": false})}, full) == {disabled}
	unknowns({connector({"Enabled": false})}, full) == set()
	violations({connector({"Enabled": false}), named("Other", {})}, full) == set()
	unrelated := named("Fabrikam", {"Enabled": false, "TargetAddressDomains": ["fabrikam.com"]})
	silent({connector({}), unrelated}, full)
}

# A documented workaround is named as one, and does not pass.
test_disabled_where_tls_ends_before_exchange if {
	offload := {"hybrid": "classic_full", "namespaces": {"EXO.contoso.com": {"tls": "offload"}}}
	accepted := object.union(breaking("HybridIOC", "Enabled", false, true), {
		"severity": "low",
		"message": "HybridIOC is disabled and TLS ends before Exchange: a documented workaround. Accept it with a waiver.",
	})
	violations({connector({"Enabled": false})}, offload) == {accepted}
	through_sharing := connector({"Enabled": false, "DiscoveryEndpoint": null, "TargetSharingEpr": sharing})
	violations({through_sharing}, offload) == {accepted}
	bridge := {"hybrid": "classic_full", "namespaces": {"exo.contoso.com": {"tls": "bridge"}}}
	violations({connector({"Enabled": false})}, bridge) == {disabled}
	silent({connector({})}, offload)
	other := {"hybrid": "none", "namespaces": {"exo.contoso.com": {"tls": "offload"}}}
	violations({connector({"Enabled": false})}, other) == set()
	unrelated := named("Fabrikam", {"Enabled": false, "TargetAddressDomains": ["fabrikam.com"]})
	violations({connector({}), unrelated}, offload) == set()
}

test_missing_domain if {
	second := both("second.com", {})
	violations({connector({})} | second, full) == {unnamed(["contoso.com"], ["contoso.com", "second.com"], "second.com")}
	unknowns({connector({})} | second, full) == set()
	violations({connector({"TargetAddressDomains": []})}, full) == {unnamed([], ["contoso.com"], "contoso.com")}
	spread := {connector({}), named("Second", {"TargetAddressDomains": ["second.com"]})}
	violations(spread | second, full) == set()
	relay := both("second.com", {"DomainType": "InternalRelay"})
	count(violations({connector({})} | relay, full)) == 1
	half := {connector({}), named("Second", {"TargetAddressDomains": ["second.com"], "Enabled": false})}
	{violation.property | some violation in violations(half | second, full)} == {"Enabled"}
}

test_domains_without_mailboxes_on_premises if {
	silent({connector({})} | both("relay.com", {"DomainType": "ExternalRelay"}), full)
	silent({connector({})} | both("*.contoso.com", {}), full)
	silent({connector({}), here("third.com", {})}, full)
	silent({connector({}), there("third.com", {})}, full)
	silent({connector({})} | both("fabrikam.onmicrosoft.com", {}), full)
}

test_domains_compare_without_case if {
	silent({connector({"TargetAddressDomains": ["contoso.com", "second.com"]})} | both("Second.com", {}), full)
}

test_no_endpoint if {
	violations({connector({"DiscoveryEndpoint": null})}, full) == {no_endpoint(null)}
	violations({connector({"DiscoveryEndpoint": "", "TargetSharingEpr": ""})}, full) == {no_endpoint("")}
	elsewhere := named("Fabrikam", {"TargetAddressDomains": ["fabrikam.com"], "DiscoveryEndpoint": null})
	silent({connector({}), elsewhere}, full)
	off := named("Old", {"Enabled": false, "DiscoveryEndpoint": null})
	silent({connector({}), off}, full)
}

left_alone(resources, word) if {
	violations(resources, {"hybrid": word}) == set()
	unknowns(resources, {"hybrid": word}) == set()
	left_out(resources, {"hybrid": word}) == {{"subject": organization, "reason": "no_full_hybrid"}}
}

test_no_hybrid if {
	left_alone(set(), "none")
	left_alone({connector({"DiscoveryEndpoint": null})}, "none")
	left_alone({connector({"Enabled": null})}, "none")
	left_alone({connector({"Enabled": false}), used}, "none")
}

test_minimal_hybrid if {
	left_alone(set(), "classic_minimal")
	left_alone({connector({"Enabled": false}), used}, "classic_minimal")
	left_alone({connector({})} | both("second.com", {}), "classic_minimal")
}

test_no_full_hybrid_asks_for_no_domains if {
	seen := fixture.partly({connector({})}, "onprem", "AcceptedDomain")
	found := policy.unknown with input as seen with data.params as {"hybrid": "none"}
	found == set()
	blank := {here("contoso.com", {"DomainName": null}), there("contoso.com", {})}
	said := policy.unknown with input as fixture.estate(blank) with data.params as {"hybrid": "none"}
	said == set()
	typeless := {here("contoso.com", {"DomainType": null}), there("contoso.com", {})}
	also := policy.unknown with input as fixture.estate(typeless) with data.params as {"hybrid": "none"}
	also == set()
	endless := {connector({"DiscoveryEndpoint": fixture.ad_only})}
	unknowns(endless, {"hybrid": "none"}) == set()
}

test_nothing_claimed if {
	violations(set(), {}) == set()
	unknowns(set(), {}) == set()
	left_out(set(), {}) == {{"subject": organization, "reason": "no_hybrid_oauth_claimed"}}
	left_out({stopped}, {}) == {{"subject": organization, "reason": "no_hybrid_oauth_claimed"}}
}

test_connectors_without_a_word_are_unknown if {
	every resources in [{connector({})}, {connector({}), stopped}, {connector({}), blurred}, {blurred}] {
		violations(resources, {}) == set()
		left_out(resources, {}) == set()
		unknowns(resources, {}) == {[organization, "param_missing", null]}
	}
	violations({connector({"Enabled": false}), blurred}, {}) == set()
}

test_domains_that_were_not_read if {
	every plane in {"onprem", "cloud"} {
		seen := fixture.partly({connector({})} | domains, plane, "AcceptedDomain")
		found := policy.unknown with input as seen with data.params as full
		{[answer.reason, answer.kind] | some answer in found} == {["not_collected", "AcceptedDomain"]}
	}
}

test_no_common_domain if {
	alone := {connector({}), here("contoso.com", {})}
	found := policy.unknown with input as fixture.estate(alone) with data.params as full
	reasons(found) == {[organization, "no_common_domain", null]}
}

test_undecided_domains if {
	nameless := {here("x", {"DomainName": null})}
	unknowns({connector({})} | nameless, full) == {[organization, "null_value", "DomainName"]}
	cloud_nameless := {there("x", {"DomainName": {"$undecided": "truncated"}})}
	unknowns({connector({})} | cloud_nameless, full) == {[organization, "truncated", "DomainName"]}
	typeless := both("second.com", {"DomainType": null})
	violations({connector({})} | typeless, full) == set()
	unknowns({connector({})} | typeless, full) == {[organization, "null_value", "DomainType"]}
	covered := connector({"TargetAddressDomains": ["contoso.com", "second.com"]})
	unknowns({covered} | typeless, full) == set()
}

test_undecided_connectors if {
	violations({connector({"Enabled": null})}, full) == set()
	unknowns({connector({"Enabled": null})}, full) == {[organization, "null_value", "Enabled"]}
	cut := connector({"TargetAddressDomains": {"$undecided": "truncated"}})
	violations({cut}, full) == set()
	unknowns({cut}, full) == {[organization, "truncated", "TargetAddressDomains"]}
	absent := object.remove(connector({}), {"TargetAddressDomains"})
	unknowns({absent}, full) == {[organization, "property_absent", "TargetAddressDomains"]}
}

test_undecided_connectors_that_do_not_matter if {
	off := named("Old", {"Enabled": false, "TargetAddressDomains": null})
	unknowns({connector({}), off}, full) == set()
	unknowns({connector({"Enabled": null}), off}, full) == {[organization, "null_value", "Enabled"]}
	elsewhere := named("Fabrikam", {"Enabled": null, "TargetAddressDomains": ["fabrikam.com"]})
	silent({connector({}), elsewhere}, full)
	second := both("second.com", {})
	count(violations({connector({}), elsewhere} | second, full)) == 1
	silent({connector({}), named("Other", {"Enabled": null})}, full)
	count(violations({connector({}), off} | second, full)) == 1
}

test_undecided_endpoints if {
	both_absent := object.remove(connector({}), {"DiscoveryEndpoint", "TargetSharingEpr"})
	violations({both_absent}, full) == set()
	unknowns({both_absent}, full) == {
		[organization, "property_absent", "DiscoveryEndpoint"],
		[organization, "property_absent", "TargetSharingEpr"],
	}
	half := object.remove(connector({"DiscoveryEndpoint": null}), {"TargetSharingEpr"})
	violations({half}, full) == set()
	unknowns({half}, full) == {[organization, "property_absent", "TargetSharingEpr"]}
	enough := object.remove(connector({}), {"TargetSharingEpr"})
	silent({enough}, full)
	other_way := object.remove(connector({"TargetSharingEpr": sharing}), {"DiscoveryEndpoint"})
	silent({other_way}, full)
}
