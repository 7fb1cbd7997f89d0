package exchange.lookup.contradicting_connector_endpoints_test

import data.exchange.lookup.contradicting_connector_endpoints as policy
import data.lib.fixture

discovery := "https://exo.contoso.com/autodiscover/autodiscover.svc"

sharing := "https://exo.contoso.com/ews/exchange.asmx"

agent := "https://11111111-2222-3333-4444-555555555555.resource.mailboxmigration.his.msappproxy.net/EWS/Exchange.asmx"

declared := {"namespaces": {"exo.contoso.com": {"paths": ["ews", "autodiscover"]}}}

connector(discovery_endpoint, target_sharing_epr) := fixture.connector("cloud", "HybridIOC", {
	"DiscoveryEndpoint": discovery_endpoint,
	"TargetSharingEpr": target_sharing_epr,
})

subject := fixture.subject(connector(null, null))

violations(resources, params) := found if {
	found := policy.violation with input as fixture.estate(resources) with data.params as params
}

unknowns(resources, params) := {[answer.subject, answer.reason] | some answer in found} if {
	found := policy.unknown with input as fixture.estate(resources) with data.params as params
}

wrong(property, observed, expected) := {
	"subject": subject,
	"property": property,
	"observed": observed,
	"expected": expected,
}

test_one_of_the_two_is_silent if {
	every resource in {connector(discovery, null), connector(null, sharing), connector("", sharing)} {
		violations({resource}, declared) == set()
		unknowns({resource}, declared) == set()
	}
}

test_both_on_one_host_are_silent if violations({connector(discovery, sharing)}, declared) == set()

test_paths_compare_without_case if {
	violations({connector(null, "https://EXO.contoso.com/EWS/Exchange.asmx/")}, declared) == set()
}

test_only_the_cloud_side_is_judged if {
	onprem := fixture.connector("onprem", "HybridIOC", {"DiscoveryEndpoint": "http://x/y"})
	violations({onprem}, declared) == set()
	unknowns({onprem}, {}) == set()
}

test_neither if {
	violations({connector(null, null)}, declared) == {wrong("DiscoveryEndpoint", null, "this or TargetSharingEpr set")}
	violations({connector("", null)}, declared) == {wrong("DiscoveryEndpoint", "", "this or TargetSharingEpr set")}
}

test_wrong_path if {
	bad := "https://exo.contoso.com/ews"
	violations({connector(null, bad)}, declared) == {wrong(
		"TargetSharingEpr",
		bad,
		"an address that ends in /ews/exchange.asmx",
	)}
	swapped := "https://exo.contoso.com/ews/exchange.asmx"
	violations({connector(swapped, null)}, declared) == {wrong(
		"DiscoveryEndpoint",
		swapped,
		"an address that ends in /autodiscover/autodiscover.svc",
	)}
}

test_plain_http if {
	bad := "http://exo.contoso.com/ews/exchange.asmx"
	violations({connector(null, bad)}, declared) == {wrong("TargetSharingEpr", bad, "an https address")}
}

test_undeclared_host if {
	bad := "https://mail.fabrikam.com/autodiscover/autodiscover.svc"
	violations({connector(bad, null)}, declared) == {wrong(
		"DiscoveryEndpoint",
		bad,
		"a host among the declared namespaces",
	)}
	violations({connector(bad, null)}, {}) == set()
	unknowns({connector(bad, null)}, {}) == {[subject, "param_missing"]}
	unknowns({connector(bad, null)}, declared) == set()
	violations({connector(bad, null)}, {"hybrid": "classic_full"}) == set()
}

test_two_hosts if {
	both := {"namespaces": {"exo.contoso.com": {}, "mail.contoso.com": {}}}
	other := "https://mail.contoso.com/ews/exchange.asmx"
	violations({connector(discovery, other)}, both) == {wrong(
		"TargetSharingEpr",
		other,
		"the host of DiscoveryEndpoint (exo.contoso.com), or one of the two empty",
	)}
}

test_hybrid_agent if {
	modern := object.union(declared, {"hybrid": "modern_agent"})
	violations({connector(null, agent)}, modern) == set()
	unknowns({connector(null, agent)}, {"hybrid": "modern_agent"}) == set()
	classic := object.union(declared, {"hybrid": "classic_full"})
	violations({connector(null, agent)}, classic) == {wrong(
		"TargetSharingEpr",
		agent,
		"a host among the declared namespaces",
	)}
	violations({connector(null, agent)}, declared) == set()
	unknowns({connector(null, agent)}, declared) == {[subject, "param_missing"]}
	listed := {
		"hybrid": "classic_full",
		"namespaces": {"11111111-2222-3333-4444-555555555555.resource.mailboxmigration.his.msappproxy.net": {}},
	}
	violations({connector(null, agent)}, listed) == set()
	unknowns({connector(null, agent)}, {"namespaces": listed.namespaces}) == set()
}

ews(changes) := fixture.ews("EX01", object.union(
	{
		"ExternalUrl": sharing,
		"WindowsAuthentication": false,
		"BasicAuthentication": false,
		"DigestAuthentication": false,
		"OAuthAuthentication": true,
	},
	changes,
))

internet := object.union(declared, {"exposure": {"internet": ["*"]}})

locked := {
	"subject": subject,
	"property": "TargetSharingEpr",
	"observed": sharing,
	"expected": "a namespace of its own, to servers with unaltered EWS",
	"message": "EX01\\EWS (Default Web Site) takes OAuth only and faces the internet.",
}

test_server_that_takes_oauth_only if {
	violations({connector(null, sharing), ews({})}, internet) == {locked}
	inside := ews({"ExternalUrl": null, "InternalUrl": "https://EXO.contoso.com/EWS/Exchange.asmx"})
	violations({connector(null, sharing), inside}, internet) == {locked}
}

test_unaltered_server_is_right if {
	every property in {"WindowsAuthentication", "BasicAuthentication", "DigestAuthentication"} {
		violations({connector(null, sharing), ews({property: true})}, internet) == set()
		unknowns({connector(null, sharing), ews({property: true})}, internet) == set()
	}
	violations({connector(null, sharing), ews({"OAuthAuthentication": false})}, internet) == set()
}

test_other_servers_do_not_matter if {
	elsewhere := ews({"ExternalUrl": "https://mail.contoso.com/ews/exchange.asmx"})
	violations({connector(null, sharing), elsewhere}, internet) == set()
	exo_only := object.union(declared, {"exposure": {"exo_only": ["*"]}})
	violations({connector(null, sharing), ews({})}, exo_only) == set()
	unknowns({connector(null, sharing), ews({})}, exo_only) == set()
	back := ews({"_site": "backend"})
	violations({connector(null, sharing), back}, internet) == set()
	violations({connector(discovery, null), ews({})}, internet) == set()
}

test_server_of_unknown_exposure if {
	violations({connector(null, sharing), ews({})}, declared) == set()
	unknowns({connector(null, sharing), ews({})}, declared) == {[subject, "param_missing"]}
	unknowns({connector(null, sharing), ews({"WindowsAuthentication": true})}, declared) == set()
}

test_server_with_undecided_flags if {
	cut := ews({"WindowsAuthentication": fixture.ad_only})
	violations({connector(null, sharing), cut}, internet) == set()
	unknowns({connector(null, sharing), cut}, internet) == {[subject, "ad_only"]}
	other_flag := ews({"WindowsAuthentication": true, "BasicAuthentication": null})
	unknowns({connector(null, sharing), other_flag}, internet) == set()
	unknowns({connector(null, sharing), ews({"BasicAuthentication": null})}, internet) == {[subject, "null_value"]}
	exo_only := object.union(declared, {"exposure": {"exo_only": ["*"]}})
	unknowns({connector(null, sharing), cut}, exo_only) == set()
}

test_servers_that_were_not_read if {
	seen := fixture.partly({connector(null, sharing)}, "onprem", "WebServicesVirtualDirectory")
	found := policy.unknown with input as seen with data.params as declared
	{[answer.subject, answer.reason] | some answer in found} == {[subject, "not_collected"]}
	without := fixture.partly({connector(discovery, null)}, "onprem", "WebServicesVirtualDirectory")
	asked := policy.unknown with input as without with data.params as declared
	asked == set()
}

test_undecided_is_not_a_violation if {
	violations({object.remove(connector(null, null), {"TargetSharingEpr"})}, declared) == set()
	cut := {"$undecided": "truncated"}
	violations({connector(cut, cut)}, declared) == set()
	violations({connector(discovery, cut)}, declared) == set()
	violations({connector(cut, null)}, declared) == set()
}
