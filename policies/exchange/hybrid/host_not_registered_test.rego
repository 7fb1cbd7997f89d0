package exchange.hybrid.host_not_registered_test

import data.exchange.hybrid.host_not_registered as policy
import data.lib.fixture

principal(names) := fixture.service_principal("00000002-0000-0ff1-ce00-000000000000", {"servicePrincipalNames": names})

complete := ["00000002-0000-0ff1-ce00-000000000000", "https://autodiscover.contoso.com", "https://MAIL.contoso.com/"]

around := {
	fixture.ews("EX01", {
		"InternalUrl": "https://mail.contoso.com/EWS/Exchange.asmx",
		"ExternalUrl": "https://mail.contoso.com/EWS/Exchange.asmx",
	}),
	fixture.mapi("EX01", {"InternalUrl": "https://mail.contoso.com/mapi"}),
	fixture.oab("EX01", {"InternalUrl": "https://mail.contoso.com/OAB"}),
	fixture.activesync("EX01", {"ExternalUrl": "https://mail.contoso.com/Microsoft-Server-ActiveSync"}),
	fixture.client_access_service("EX01", {}),
}

on := {"hma": true}

oauth := {"hma": false, "hybrid": "classic_full"}

neither := {"hma": false, "hybrid": "none"}

violations(resources, params) := found if {
	found := policy.violation with input as fixture.estate(resources) with data.params as params
}

others(resources, params) := {answer.reason | some answer in unknown} | {answer.reason | some answer in skipped} if {
	unknown := policy.unknown with input as fixture.estate(resources) with data.params as params
	skipped := policy.not_applicable with input as fixture.estate(resources) with data.params as params
}

judged(resources) := found if {
	found := policy.subject with input as fixture.estate(resources)
}

subject := fixture.subject(principal([]))

lacking(names, expected, message) := {
	"subject": subject,
	"property": "servicePrincipalNames",
	"observed": names,
	"expected": expected,
	"message": message,
}

high(answer) := object.union(answer, {"severity": "high"})

test_the_principal_of_exchange_online_is_judged if {
	judged({principal(complete), fixture.service_principal("11111111-2222-3333-4444-555555555555", {})}) == {fixture.judged(principal(complete))}
	judged(set()) == {{"plane": null, "kind": "Organization", "id": "contoso", "server": null}}
}

test_registered_is_silent if {
	every params in [on, oauth, {"hybrid": "classic_full"}] {
		violations(around | {principal(complete)}, params) == set()
		others(around | {principal(complete)}, params) == set()
	}
}

test_missing if {
	names := ["00000002-0000-0ff1-ce00-000000000000/autodiscover.contoso.com", "https://mail.contoso.com"]
	violations(around | {principal(names)}, on) == {lacking(
		names,
		["https://autodiscover.contoso.com/"],
		"Not registered on the service principal of Exchange Online: autodiscover.contoso.com.",
	)}
	violations(around | {principal([])}, on) == {lacking(
		[],
		["https://autodiscover.contoso.com/", "https://mail.contoso.com/"],
		"Not registered on the service principal of Exchange Online: autodiscover.contoso.com, mail.contoso.com.",
	)}
	others(around | {principal([])}, on) == set()
}

test_plain_http_does_not_count if {
	count(violations(around | {principal(["http://mail.contoso.com", "https://autodiscover.contoso.com"])}, on)) == 1
}

expected(resources, params) := {address |
	some answer in violations(resources | {principal([])}, params)
	some address in answer.expected
}

test_every_directory_counts_with_hma if {
	inside := {"InternalUrl": "https://in.contoso.com/x", "ExternalUrl": "https://out.contoso.com/x"}
	every directory in {
		fixture.ews("EX01", inside), fixture.mapi("EX01", inside),
		fixture.oab("EX01", inside), fixture.activesync("EX01", inside),
	} {
		expected({directory}, on) == {"https://in.contoso.com/", "https://out.contoso.com/"}
	}
	expected({fixture.powershell("EX01", inside)}, on) == set()
	expected({object.union(fixture.ews("EX01", inside), {"_site": "backend"})}, on) == set()
	expected({fixture.client_access_service("EX01", {})}, on) == {"https://autodiscover.contoso.com/"}
}

published(path) := object.union(on, {"namespaces": {"Out.contoso.com": {"paths": [path]}}})

test_published_names_count if {
	every path in {"ews", "mapi", "oab", "autodiscover", "ActiveSync"} {
		expected(set(), published(path)) == {"https://out.contoso.com/"}
	}
	expected(set(), published("owa")) == set()
}

test_oauth_alone_needs_the_external_ones if {
	address := {"InternalUrl": "https://in.contoso.com/x", "ExternalUrl": "https://out.contoso.com/x"}
	resources := {fixture.ews("EX01", address), fixture.mapi("EX01", {"ExternalUrl": "https://mapi.contoso.com/mapi"}), fixture.client_access_service("EX01", {})}
	violations(resources | {principal([])}, oauth) == {high(lacking(
		[], ["https://out.contoso.com/"],
		"Not registered on the service principal of Exchange Online: out.contoso.com.",
	))}
	every path in {"ews", "autodiscover"} {
		expected(set(), object.union(published(path), oauth)) == {"https://out.contoso.com/"}
	}
	expected(set(), object.union(published("mapi"), oauth)) == set()
	others(resources | {principal(["https://out.contoso.com"])}, oauth) == set()
}

test_neither if {
	violations(around | {principal([])}, neither) == set()
	others(around | {principal([])}, neither) == {"no_hybrid_oauth"}
	others(around, neither) == {"no_hybrid_oauth"}
	others(around | {principal([])}, {"hybrid": "none"}) == {"no_hybrid_oauth"}
}

test_without_the_principal_nobody_knows if {
	violations(around, on) == set()
	others(around, on) == {"not_collected"}
	others(around | {fixture.service_principal("11111111-2222-3333-4444-555555555555", {})}, oauth) == {"not_collected"}
}

test_hma_that_nobody_stated if {
	unstated := {"hybrid": "classic_full"}
	names := ["https://mail.contoso.com"]
	violations(around | {principal(names)}, unstated) == set()
	others(around | {principal(names)}, unstated) == {"param_missing"}
	[object.get(answer, "severity", "critical") | some answer in violations(around | {principal([])}, unstated)] == ["high"]
}

test_undecided_is_the_engines if {
	every odd in {null, {"$undecided": "truncated"}} {
		violations(around | {principal(odd)}, on) == set()
		others(around | {principal(odd)}, {"hybrid": "classic_full"}) == set()
	}
	absent := object.remove(principal([]), {"servicePrincipalNames"})
	violations(around | {absent}, on) == set()
}
