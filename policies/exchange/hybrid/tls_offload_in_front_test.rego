package exchange.hybrid.tls_offload_in_front_test

import data.exchange.hybrid.tls_offload_in_front as policy
import data.lib.fixture
import data.lib.fixture_web

paths := ["ews", "mapi"]

declared(tls) := {"hma": true, "namespaces": {"mail.contoso.com": {"paths": paths, "tls": tls}}}

bridge := declared("bridge")

app(path, flags) := fixture_web.iis_application("EX01", path, {"SslFlags": flags})

good := app("EWS", ["Ssl", "Ssl128"])

plain := app("EWS", [])

off := fixture.organization_config({})

organization := {"plane": null, "kind": "Organization", "id": "contoso"}

violations(resources, params) := found if {
	found := policy.violation with input as fixture.estate(resources) with data.params as params
}

unknowns(resources, params) := {[answer.subject, answer.reason, object.get(answer, "property", null)] |
	some answer in found
} if {
	found := policy.unknown with input as fixture.estate(resources) with data.params as params
}

messages(params) := {answer.message | some answer in found} if {
	found := policy.unknown with input as fixture.estate(set()) with data.params as params
}

left_out(resources, params) := {[answer.subject, answer.reason] | some answer in found} if {
	found := policy.not_applicable with input as fixture.estate(resources) with data.params as params
}

subjects(resources) := found if {
	found := policy.subject with input as fixture.estate(resources) with data.params as bridge
}

silent(resources, params) if {
	violations(resources, params) == set()
	unknowns(resources, params) == set()
	left_out(resources, params) == set()
}

offloaded(names) := {
	"subject": organization,
	"property": null,
	"observed": names,
	"expected": "no namespace with tls: offload",
	"message": "A device in front of these names sends plain HTTP to the servers; every token is refused there.",
}

wrong(application) := {
	"subject": fixture.subject(application),
	"property": "SslFlags",
	"observed": application.SslFlags,
	"expected": ["Ssl", "Ssl128"],
	"severity": "low",
}

test_subjects if {
	judged := {good, app("mapi", []), app("OAB", []), app("Autodiscover", []), app("Microsoft-Server-ActiveSync", [])}
	others := {
		app("owa", []), app("", []), app("EWS/mrsproxy.svc", []), app("Rpc", []),
		object.union(good, {"_site": "backend", "_key": "EX01\\Exchange Back End/EWS"}),
	}
	subjects(judged | others) == {fixture.judged(application) | some application in judged} | {object.union(
		organization,
		{"server": null},
	)}
	subjects(set()) == {object.union(organization, {"server": null})}
}

test_bridge_and_pass_through_are_fine if {
	silent({good}, bridge)
	silent(set(), bridge)
	silent({good}, declared("pass_through"))
}

test_offload if {
	violations({good}, declared("offload")) == {offloaded(["mail.contoso.com"])}
	unknowns({good}, declared("offload")) == set()
	two := {"hma": true, "namespaces": {
		"mail.contoso.com": {"paths": paths, "tls": "offload"},
		"AUTODISCOVER.contoso.com": {"tls": "offload"},
		"eas.contoso.com": {"paths": ["activesync"], "tls": "bridge"},
	}}
	violations(set(), two) == {offloaded(["autodiscover.contoso.com", "mail.contoso.com"])}
	unknowns(set(), two) == set()
}

test_names_without_tokens_do_not_count if {
	other := {"owa.contoso.com": {"paths": ["owa", "ecp", "rpc"], "tls": "offload"}, "pop.contoso.com": {"paths": ["powershell"]}}
	both := object.union(bridge, {"namespaces": object.union(bridge.namespaces, other)})
	silent({good}, both)
	violations(set(), {"hma": true, "namespaces": other}) == set()
	unknowns(set(), {"hma": true, "namespaces": other}) == {[organization, "param_missing", null]}
}

test_each_path_with_tokens_counts if {
	every path in {"ews", "mapi", "oab", "autodiscover", "activesync"} {
		one := {"hma": true, "namespaces": {"mail.contoso.com": {"paths": [path, "owa"], "tls": "offload"}}}
		violations(set(), one) == {offloaded(["mail.contoso.com"])}
	}
}

test_tls_not_stated if {
	every namespace in {{"paths": paths}, {"paths": paths, "tls": null}, {"paths": paths, "tls": "maybe"}} {
		params := {"hma": true, "namespaces": {"mail.contoso.com": namespace}}
		violations(set(), params) == set()
		unknowns(set(), params) == {[organization, "param_missing", null]}
		every message in messages(params) {
			contains(message, "mail.contoso.com")
			contains(message, "tls: offload|bridge|pass_through")
		}
	}
}

test_no_namespace if {
	violations({good}, {"hma": true, "namespaces": {}}) == set()
	unknowns({good}, {"hma": true, "namespaces": {}}) == {[organization, "param_missing", null]}
}

test_plain_http_warns if {
	violations({plain}, bridge) == {wrong(plain)}
	only_certificates := app("mapi", ["SslNegotiateCert"])
	violations({only_certificates}, bridge) == {wrong(only_certificates)}
	violations({app("EWS", ["ssl"])}, bridge) == set()
	violations({app("ews", [])}, bridge) == {wrong(app("ews", []))}
	violations({plain}, declared("offload")) == {wrong(plain), offloaded(["mail.contoso.com"])}
}

test_undecided_flags if {
	absent := object.remove(good, {"SslFlags"})
	violations({absent}, bridge) == set()
	unknowns({absent}, bridge) == {[fixture.subject(good), "property_absent", "SslFlags"]}
	null_flags := app("EWS", null)
	violations({null_flags}, bridge) == set()
	unknowns({null_flags}, bridge) == {[fixture.subject(good), "null_value", "SslFlags"]}
	cut := app("EWS", ["Ssl128", {"$undecided": "truncated"}])
	violations({cut}, bridge) == set()
	unknowns({cut}, bridge) == {[fixture.subject(good), "truncated", "SslFlags"]}
}

test_no_tokens_wanted if {
	params := object.union(declared("offload"), {"hma": false, "hybrid": "none"})
	violations({plain, off}, params) == set()
	unknowns({object.remove(plain, {"SslFlags"}), off}, params) == set()
	unknowns({off}, object.union(params, {"namespaces": {"mail.contoso.com": {"tls": "maybe"}}})) == set()
	unknowns({off}, {"hma": false, "hybrid": "none", "namespaces": {}}) == set()
	left_out({plain, off}, params) == {
		[organization, "no_hybrid_oauth"],
		[fixture.subject(plain), "no_hybrid_oauth"],
	}
}

test_unknown_state if {
	undecided := object.remove(object.union(declared("offload"), {"hybrid": "classic_minimal"}), ["hma"])
	violations({plain}, undecided) == set()
	left_out({plain}, undecided) == set()
	unknowns({plain}, undecided) == {
		[organization, "param_missing", null],
		[fixture.subject(plain), "param_missing", null],
	}
	unknowns({good}, object.union(undecided, {"namespaces": {"mail.contoso.com": {"tls": "bridge"}}})) == set()
}
