package exchange.protection.ssl_flags_missing_test

import data.exchange.protection.ssl_flags_missing as policy
import data.lib.fixture

capable := "15.2.1748.10"

version(build) := fixture.server_version("EX01", build)

# Every path of the table as it should be, but those of `changes`, by path in the spelling of the table.
server(build, changes) := {version(build)} | {application |
	some row in data.facts.extended_protection_paths
	changed := object.get(changes, row.path, {})
	changed != null
	parts := split(row.path, "/")
	application := fixture.iis("EX01", parts[0], trim_prefix(row.path, parts[0]), object.union(
		{
			"ExtendedProtectionTokenChecking": row.token_checking,
			"SslFlags": split(row.ssl_flags, " "),
		},
		changed,
	))
}

# The same with nothing switched on.
off(build, changes) := server(build, {row.path: object.union(
	{"ExtendedProtectionTokenChecking": "None"},
	object.get(changes, row.path, {}),
) |
	some row in data.facts.extended_protection_paths
})

flags(list) := {"SslFlags": list}

violations(resources, params) := found if {
	found := policy.violation with input as fixture.estate(resources) with data.params as params
}

unknowns(resources) := {[answer.subject, answer.reason] | some answer in found} if {
	found := policy.unknown with input as fixture.estate(resources) with data.params as {}
}

left_out(resources) := {[answer.subject, answer.reason] | some answer in found} if {
	found := policy.not_applicable with input as fixture.estate(resources) with data.params as {}
}

subject := fixture.subject(version(capable))

wrong(site, path, observed, expected, message) := {
	"subject": subject,
	"resource": fixture.judged(fixture.iis("EX01", site, path, {})),
	"property": "SslFlags",
	"observed": observed,
	"expected": expected,
	"message": message,
}

test_the_table_is_silent if {
	every build in [capable, "15.1.2507.61", "15.2.2562.17"] {
		violations(server(build, {}), {}) == set()
		unknowns(server(build, {})) == set()
		left_out(server(build, {})) == set()
	}
}

test_more_flags_and_another_case_are_fine if {
	more := flags(["SSL128", "ssl", "SslNegotiateCert"])
	violations(server(capable, {"Default Web Site/OWA": more}), {}) == set()
}

test_flags_missing if {
	violations(server(capable, {"Default Web Site/RPC": flags([])}), {}) == {wrong(
		"Default Web Site", "/RPC", [], ["Ssl", "Ssl128"], "Default Web Site/RPC lacks Ssl, Ssl128.",
	)}
	violations(server(capable, {"Exchange Back End/MAPI/nspi": flags(["Ssl"])}), {}) == {wrong(
		"Exchange Back End", "/MAPI/nspi", ["Ssl"], ["Ssl", "Ssl128"], "Exchange Back End/MAPI/nspi lacks Ssl128.",
	)}
	violations(server(capable, {"Exchange Back End/PowerShell": flags(["Ssl", "Ssl128"])}), {}) == {wrong(
		"Exchange Back End", "/PowerShell", ["Ssl", "Ssl128"], ["Ssl", "SslNegotiateCert", "Ssl128"],
		"Exchange Back End/PowerShell lacks SslNegotiateCert.",
	)}
}

test_where_none_is_expected_and_found_it_does_not_matter if {
	violations(server(capable, {"Default Web Site/Autodiscover": flags([])}), {}) == set()
	violations(server(capable, {"Default Web Site/PowerShell": flags([])}), {}) == set()
}

test_where_a_value_is_found_it_matters if {
	found := object.union(flags([]), {"ExtendedProtectionTokenChecking": "Allow"})
	count(violations(server(capable, {"Default Web Site/Autodiscover": found}), {})) == 1
}

test_where_a_value_is_expected_and_not_found_it_matters if {
	absent := object.union(flags([]), {"ExtendedProtectionTokenChecking": "None"})
	count(violations(server(capable, {"Default Web Site/OWA": absent}), {})) == 1
}

test_the_hybrid_agent_leaves_front_end_ews_off if {
	agent := {"hybrid": "modern_agent"}
	absent := object.union(flags([]), {"ExtendedProtectionTokenChecking": "None"})
	violations(server(capable, {"Default Web Site/EWS": absent}), agent) == set()
	count(violations(server(capable, {"Default Web Site/EWS": absent}), {"hybrid": "classic_full"})) == 1
	count(violations(server(capable, {"Default Web Site/EWS": flags([])}), agent)) == 1
	count(violations(server(capable, {"Exchange Back End/EWS": absent}), agent)) == 1
}

test_a_build_that_cannot if {
	old := "15.2.986.5"
	violations(off(old, {"Default Web Site/OWA": flags([])}), {}) == set()
	unknowns(off(old, {})) == set()
	left_out(off(old, {})) == {[subject, "build_without_extended_protection"]}
	switched := off(old, {"Default Web Site/OWA": {"ExtendedProtectionTokenChecking": "Require", "SslFlags": []}})
	count(violations(switched, {})) == 1
	left_out(switched) == set()
	left_out(off(capable, {})) == set()
}

test_a_build_that_nobody_knows if {
	unknowns(off("15.3.1.1", {})) == {[subject, "build_not_in_table"]}
	violations(off("15.3.1.1", {"Default Web Site/OWA": flags([])}), {}) == set()
	absent := object.remove(version(capable), {"FileVersion"})
	unknowns({absent} | {other | some other in off(capable, {}); other._kind == "IisApplication"}) == set()
}

test_edge if {
	edge := fixture.server_version("EDGE01", "15.3.1.1")
	named := fixture.exchange_server("EDGE01", {"IsEdgeServer": true})
	violations({edge, named}, {}) == set()
	unknowns({edge, named}) == set()
	left_out({edge, named}) == {[fixture.subject(edge), "edge_server"]}
}

test_a_missing_path if {
	unknowns(server(capable, {"Default Web Site/API": null})) == {[subject, "not_collected"]}
	unknowns(server("15.0.1497.40", {"Default Web Site/API": null})) == set()
	unknowns({version(capable)}) == {[subject, "not_collected"]}
}

test_directories_say_nothing_about_flags if {
	directory := fixture.owa("EX01", {"ExtendedProtectionTokenChecking": "Require", "SslFlags": []})
	violations({version(capable), directory}, {}) == set()
}

test_undecided_is_unknown if {
	path := "Default Web Site/OWA"
	every property in {"SslFlags", "ExtendedProtectionTokenChecking"} {
		every reason, value in {"null_value": null, "truncated": {"$undecided": "truncated"}} {
			violations(server(capable, {path: {property: value}}), {}) == set()
			unknowns(server(capable, {path: {property: value}})) == {[subject, reason]}
		}
		bare := object.remove(fixture.iis("EX01", "Default Web Site", "/OWA", {}), {property})
		violations(server(capable, {path: null}) | {bare}, {}) == set()
		unknowns(server(capable, {path: null}) | {bare}) == {[subject, "property_absent"]}
	}
}
