package exchange.protection.with_tls_offload_test

import data.exchange.protection.with_tls_offload as policy
import data.lib.fixture

capable := "15.2.1748.10"

version := fixture.server_version("EX01", capable)

owa_path := "Default Web Site/OWA"

# Every path of the table off, but for `changes`, by path in the spelling of the table.
applications(changes) := {application |
	some row in data.facts.extended_protection_paths
	token := object.get(changes, row.path, "None")
	token != "missing"
	parts := split(row.path, "/")
	application := fixture.iis("EX01", parts[0], trim_prefix(row.path, parts[0]), {"ExtendedProtectionTokenChecking": token})
}

off := {version} | applications({})

on := {version} | applications({owa_path: "Require"})

anywhere(offloading) := fixture.outlook_anywhere("EX01", {
	"SSLOffloading": offloading,
	"InternalHostname": "mail.contoso.com",
})

named(tls) := {"namespaces": {"mail.contoso.com": {"paths": ["owa"], "tls": tls}}}

violations(resources, params) := found if {
	found := policy.violation with input as fixture.estate(resources) with data.params as params
}

unknowns(resources, params) := {[answer.subject, answer.reason] | some answer in found} if {
	found := policy.unknown with input as fixture.estate(resources) with data.params as params
}

left_out(resources) := {[answer.subject, answer.reason] | some answer in found} if {
	found := policy.not_applicable with input as fixture.estate(resources) with data.params as {}
}

subject := fixture.subject(version)

somewhere := "EX01\\Default Web Site/OWA"

by_anywhere := {
	"subject": subject,
	"resource": fixture.judged(anywhere(true)),
	"property": "SSLOffloading",
	"observed": true,
	"expected": false,
	"message": sprintf("Outlook Anywhere offloads TLS while Extended Protection is on at %s.", [somewhere]),
}

by_device := {
	"subject": subject,
	"property": null,
	"observed": ["mail.contoso.com"],
	"expected": "tls: bridge or pass_through",
	"message": sprintf(
		"TLS ends at the device in front of mail.contoso.com while Extended Protection is on at %s.",
		[somewhere],
	),
}

test_without_offload_is_silent if {
	every word in ["bridge", "pass_through"] {
		violations(on | {anywhere(false)}, named(word)) == set()
		unknowns(on | {anywhere(false)}, named(word)) == set()
		left_out(on | {anywhere(false)}) == set()
	}
}

test_outlook_anywhere_offloads if {
	violations(on | {anywhere(true)}, named("bridge")) == {by_anywhere}
	unknowns(on | {anywhere(true)}, named("bridge")) == set()
	violations(on | {anywhere(true)}, {}) == {by_anywhere}
}

test_the_device_offloads if {
	violations(on | {anywhere(false)}, named("offload")) == {by_device}
	unknowns(on | {anywhere(false)}, named("offload")) == set()
	violations(on | {anywhere(true)}, named("offload")) == {by_device, by_anywhere}
}

test_other_servers_do_not_matter if {
	other := object.union(anywhere(true), {"_server": "EX02", "_key": "EX02\\Rpc (Default Web Site)"})
	violations(on | {anywhere(false), other}, named("bridge")) == set()
	unknowns(on | {anywhere(false), object.union(other, {"SSLOffloading": null})}, named("bridge")) == set()
}

test_off_is_silent_whatever_the_device_does if {
	every word in ["bridge", "offload"] {
		violations(off | {anywhere(true)}, named(word)) == set()
		unknowns(off | {anywhere(true)}, named(word)) == set()
	}
	unknowns(off | {anywhere(null)}, {}) == set()
}

test_the_back_end_is_behind_the_device if {
	behind := {version} | applications({"Exchange Back End/OWA": "Require"})
	violations(behind | {anywhere(true)}, named("offload")) == set()
	unknowns(behind | {anywhere(true)}, named("offload")) == set()
	violations({version} | applications({"Exchange Back End/OWA": "missing"}) | {anywhere(true)}, named("offload")) == set()
	unknowns({version} | applications({"Exchange Back End/OWA": "missing"}) | {anywhere(true)}, named("offload")) == set()
	unknowns({version} | applications({"Exchange Back End/OWA": null}) | {anywhere(true)}, named("offload")) == set()
}

test_without_iis_the_directories_show_what_is_on if {
	directory := fixture.owa("EX01", {"ExtendedProtectionTokenChecking": "Allow"})
	shown := "EX01\\owa (Default Web Site)"
	violations({version, directory, anywhere(true)}, named("bridge")) == {object.union(by_anywhere, {"message": sprintf(
		"Outlook Anywhere offloads TLS while Extended Protection is on at %s.",
		[shown],
	)})}
}

test_offload_and_nobody_knows_what_is_on if {
	unsure := {version} | applications({owa_path: "missing"})
	violations(unsure | {anywhere(true)}, named("bridge")) == set()
	unknowns(unsure | {anywhere(true)}, named("bridge")) == {[subject, "not_collected"]}
	unknowns(unsure | {anywhere(false)}, named("offload")) == {[subject, "not_collected"]}
	unknowns(unsure | {anywhere(false)}, named("bridge")) == set()
	every token in [null, fixture.ad_only, "Sometimes"] {
		undecided := {version} | applications({owa_path: token})
		violations(undecided | {anywhere(true)}, named("offload")) == set()
		unknowns(undecided | {anywhere(true)}, named("bridge")) == {[subject, "not_collected"]}
		unknowns(undecided | {anywhere(false)}, named("bridge")) == set()
	}
	unknowns({version, anywhere(true)}, named("bridge")) == {[subject, "not_collected"]}
}

test_undecided_offload_is_unknown if {
	every reason, offloading in {"null_value": null, "ad_only": fixture.ad_only} {
		violations(on | {anywhere(offloading)}, named("bridge")) == set()
		unknowns(on | {anywhere(offloading)}, named("bridge")) == {[subject, reason]}
	}
	bare := object.remove(anywhere(true), {"SSLOffloading"})
	unknowns(on | {bare}, named("bridge")) == {[subject, "property_absent"]}
}

test_nobody_stated_what_the_device_does if {
	every params in [{}, named(null), {"namespaces": {"other.contoso.com": {"tls": "bridge"}}}] {
		violations(on | {anywhere(false)}, params) == set()
		unknowns(on | {anywhere(false)}, params) == {[subject, "param_missing"]}
	}
}

test_an_address_that_was_cut_off if {
	cut := fixture.oab("EX01", {"InternalUrl": {"$undecided": "truncated"}})
	unknowns(on | {anywhere(false), cut}, named("bridge")) == {[subject, "truncated"]}
	violations(on | {anywhere(false), cut}, named("offload")) == {by_device}
}

test_edge if {
	edge := fixture.server_version("EDGE01", capable)
	mark := fixture.exchange_server("EDGE01", {"IsEdgeServer": true})
	violations({edge, mark}, {}) == set()
	unknowns({edge, mark}, {}) == set()
	left_out({edge, mark}) == {[fixture.subject(edge), "edge_server"]}
}
