package exchange.external.legacy_authentication_not_blocked_test

import data.exchange.external.legacy_authentication_not_blocked as policy
import data.lib.fixture

facts := {"feature_builds": [
	{"feature": "hma", "product": "Exchange Server 2019", "build": "15.2.330.5"},
	{"feature": "authentication_policies", "product": "Exchange Server 2019", "build": "15.2.397.3"},
]}

server := fixture.exchange_server("EX01", {})

at(version) := fixture.exchange_server("EX02", {"AdminDisplayVersion": version})

config(name) := fixture.organization_config({"DefaultAuthenticationPolicy": name, "OAuth2ClientProfileEnabled": true})

on := config("Block legacy")

block := fixture.authentication_policy("Block Legacy", {})

changed(changes) := object.union(block, changes)

users(tally) := object.union(object.remove(fixture.user({}), {"AuthenticationPolicy"}), {"AuthenticationPolicy": tally})

plain := users({"unset": 1000, "unknown": 0})

rest := {server, plain}

organization := {"plane": null, "kind": "Organization", "id": "contoso"}

judge(estate, params, rule) := found if {
	rule == "violation"
	found := policy.violation with input as estate with data.params as params with data.facts as facts
}

judge(estate, params, rule) := found if {
	rule == "unknown"
	found := policy.unknown with input as estate with data.params as params with data.facts as facts
}

judge(estate, params, rule) := found if {
	rule == "not_applicable"
	found := policy.not_applicable with input as estate with data.params as params with data.facts as facts
}

violations_under(resources, params) := judge(fixture.estate(resources), params, "violation")

violations(resources) := violations_under(resources, {})

unknowns_of(estate, params) := {[answer.subject, answer.reason, object.get(answer, "property", null)] |
	some answer in judge(estate, params, "unknown")
}

unknowns(resources) := unknowns_of(fixture.estate(resources), {})

left_out_under(resources, params) := {[answer.subject, answer.reason] |
	some answer in judge(fixture.estate(resources), params, "not_applicable")
}

left_out(resources) := left_out_under(resources, {})

silent(resources) if {
	violations(resources) == set()
	unknowns(resources) == set()
	left_out(resources) == set()
}

missing(reason, property) := {[organization, reason, property]}

breaking(resource, property, observed, expected) := {
	"subject": organization,
	"resource": {"plane": "onprem", "kind": resource._kind, "id": resource._key, "server": null},
	"property": property,
	"observed": observed,
	"expected": expected,
}

protocols := {
	"ActiveSync", "Autodiscover", "Imap", "Mapi",
	"OfflineAddressBook", "Pop", "Rpc", "WebServices",
}

legacy(protocol) := sprintf("BlockLegacyAuth%s", [protocol])

modern(protocol) := sprintf("BlockModernAuth%s", [protocol])

test_the_organization_is_judged if {
	found := policy.subject with input as fixture.estate(set())
	found == {object.union(organization, {"server": null})}
}

test_all_blocked_is_silent if silent({on, block} | rest)

test_no_default if {
	every nothing in {null, ""} {
		none := config(nothing)
		violations({none, block} | rest) == {breaking(
			none,
			"DefaultAuthenticationPolicy",
			nothing,
			"a policy that blocks legacy authentication",
		)}
		unknowns({none, block} | rest) == set()
	}
}

test_each_protocol if {
	every protocol in protocols {
		violations({on, changed({legacy(protocol): false})} | rest) == {breaking(block, legacy(protocol), false, true)}
	}
}

test_modern_authentication_blocked if {
	every protocol in protocols {
		violations({on, changed({modern(protocol): true})} | rest) == {breaking(block, modern(protocol), true, false)}
	}
}

test_another_policy_does_not_count if {
	other := fixture.authentication_policy("Other", {legacy("Mapi"): false, modern("Mapi"): true})
	silent({on, block, other} | rest)
}

test_the_default_does_not_exist if {
	other := fixture.authentication_policy("Other", {})
	violations({on, other} | rest) == {breaking(
		on,
		"DefaultAuthenticationPolicy",
		"Block legacy",
		"a policy that exists",
	)}
	unknowns({on, other} | rest) == set()
}

test_policies_not_collected if {
	seen := fixture.partly({on} | rest, "onprem", "AuthenticationPolicy")
	judge(seen, {}, "violation") == set()
	unknowns_of(seen, {}) == missing("not_collected", null)
	unknowns_of(fixture.partly({on, block} | rest, "onprem", "AuthenticationPolicy"), {}) == set()
}

test_only_published_protocols_count if {
	published := {"namespaces": {
		"mail.contoso.com": {"paths": ["ews", "mapi"]},
		"discover.contoso.com": {"paths": ["autodiscover", "owa"]},
	}}
	every protocol in {"ActiveSync", "OfflineAddressBook", "Rpc"} {
		violations_under({on, changed({legacy(protocol): false})} | rest, published) == set()
	}
	every protocol in {"Autodiscover", "Imap", "Mapi", "Pop", "WebServices"} {
		count(violations_under({on, changed({legacy(protocol): false})} | rest, published)) == 1
	}
	vague := object.union(published, {"namespaces": {"old.contoso.com": {"tls": "bridge"}}})
	every protocol in protocols {
		count(violations_under({on, changed({legacy(protocol): false})} | rest, vague)) == 1
	}
}

relaxing := fixture.authentication_policy("Moves", {legacy("WebServices"): false, legacy("Mapi"): false})

moving := users({"unset": 990, "Moves": 3, "block legacy": 7})

test_users_with_a_weaker_policy_warn if {
	violations({on, block, relaxing, server, moving}) == {object.union(
		breaking(moving, "AuthenticationPolicy", moving.AuthenticationPolicy, "no policy that allows legacy authentication"),
		{
			"severity": "low",
			"message": "Moves lets users (3) do what the default blocks: BlockLegacyAuthMapi, BlockLegacyAuthWebServices.",
		},
	)}
	unknowns({on, block, relaxing, server, moving}) == set()
	silent({on, block, relaxing, server, users({"unset": 1000, "Moves": 0})})
	silent({on, block, fixture.authentication_policy("Moves", {}), server, moving})
}

test_users_with_a_policy_that_was_not_read if {
	violations({on, block, server, moving}) == set()
	unknowns({on, block, server, moving}) == missing("not_collected", null)
}

test_users_not_counted if {
	unknowns({on, block, server}) == missing("not_collected", null)
	unknowns_of(fixture.partly({on, block} | rest, "onprem", "User"), {}) == missing("not_collected", null)
}

test_undecided_users if {
	unknowns({on, block, server, users(null)}) == missing("null_value", "AuthenticationPolicy")
	unknowns({on, block, server, users({"$undecided": "truncated"})}) == missing("truncated", "AuthenticationPolicy")
	absent := object.remove(plain, {"AuthenticationPolicy"})
	unknowns({on, block, server, absent}) == missing("property_absent", "AuthenticationPolicy")
	unknowns({on, block, server, users({"unset": 990, "unknown": 10})}) == missing("property_absent", null)
	violations({on, block, server, users({"unset": 990, "unknown": 10})}) == set()
}

test_undecided_default if {
	absent := object.remove(on, {"DefaultAuthenticationPolicy"})
	violations({absent, block} | rest) == set()
	unknowns({absent, block} | rest) == missing("property_absent", "DefaultAuthenticationPolicy")
	cut := config({"$undecided": "truncated"})
	violations({cut, block} | rest) == set()
	unknowns({cut, block} | rest) == missing("truncated", "DefaultAuthenticationPolicy")
}

test_undecided_flags if {
	violations({on, changed({legacy("Pop"): null})} | rest) == set()
	unknowns({on, changed({legacy("Pop"): null})} | rest) == missing("null_value", legacy("Pop"))
	unknowns({on, object.remove(block, {legacy("Pop")})} | rest) == missing("property_absent", legacy("Pop"))
	unknowns({on, changed({modern("Pop"): null})} | rest) == missing("null_value", modern("Pop"))
	silent({on, object.remove(block, {modern(protocol) | some protocol in protocols})} | rest)
	blurred := fixture.authentication_policy("Moves", {legacy("Pop"): null})
	violations({on, block, blurred, server, moving}) == set()
	unknowns({on, block, blurred, server, moving}) == missing("null_value", legacy("Pop"))
	silent({on, block, blurred} | rest)
}

test_hma_off if {
	off := object.union(config(null), {"OAuth2ClientProfileEnabled": false})
	violations({off} | rest) == set()
	unknowns({off, server}) == set()
	left_out({off} | rest) == {[organization, "hma_off"]}
	left_out({off, at("15.1.2507.6")}) == {[organization, "hma_off"]}
}

test_unknown_state if {
	blurred := object.union(config(null), {"OAuth2ClientProfileEnabled": null})
	violations({blurred} | rest) == set()
	unknowns({blurred} | rest) == missing("param_missing", null)
	left_out({blurred} | rest) == set()
	unknowns({object.union(blurred, {"DefaultAuthenticationPolicy": "block legacy"}), block} | rest) == set()
}

test_older_products if {
	every version in {"15.1.2507.6", "15.0.1497.2"} {
		old := {config(null), at(version)}
		violations(old) == set()
		unknowns(old) == set()
		left_out(old) == {[organization, "older_product"]}
	}
}

test_one_older_server if {
	every version in {"15.1.2507.6", "15.2.397.2", "15.2.221.12"} {
		mixed := {config(null), server, at(version)}
		violations(mixed) == set()
		unknowns(mixed) == set()
		left_out(mixed) == {[organization, "older_server"]}
	}
	count(violations({config(null), at("15.2.397.3")} | rest)) == 1
	left_out({config(null), at("15.2.397.3")} | rest) == set()
}

test_edge_does_not_count if {
	edge := object.union(at("15.1.2507.6"), {"IsEdgeServer": true})
	count(violations({config(null), edge} | rest)) == 1
	left_out({config(null), edge} | rest) == set()
	new_edge := object.union(at("15.2.2562.17"), {"IsEdgeServer": true})
	left_out({config(null), new_edge, fixture.exchange_server("EX01", {"AdminDisplayVersion": "15.1.2507.6"})}) == {
		[organization, "older_product"],
	}
}

test_a_version_that_cannot_be_compared if {
	unknowns({on, block, at("Version 15.2")} | rest) == missing("build_not_in_table", null)
	violations({on, block, at("Version 15.2")} | rest) == set()
}

test_exchange_onlines_policies_are_not_mixed_in if {
	cloud := object.union(changed({legacy("Mapi"): false}), {"_plane": "cloud"})
	silent({on, block, cloud} | rest)
}

test_the_table_has_the_minimum if {
	found := {row.build | some row in data.facts.feature_builds; row.feature == "authentication_policies"}
	found == {"15.2.397.3"}
}
