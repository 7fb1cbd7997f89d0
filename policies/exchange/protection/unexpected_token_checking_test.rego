package exchange.protection.unexpected_token_checking_test

import data.exchange.protection.unexpected_token_checking as policy
import data.lib.fixture

capable := "15.2.1748.10"

version(build) := fixture.server_version("EX01", build)

# Every path of the table at its value, but those of `changes`, by path in the spelling of the table.
server(build, changes) := {version(build)} | {application |
	some row in data.facts.extended_protection_paths
	parts := split(row.path, "/")
	changed := object.get(changes, row.path, {})
	changed != null
	application := fixture.iis("EX01", parts[0], trim_prefix(row.path, parts[0]), object.union(
		{"ExtendedProtectionTokenChecking": row.token_checking},
		changed,
	))
}

token(value) := {"ExtendedProtectionTokenChecking": value}

# The same with nothing switched on.
off(build) := server(build, {row.path: token("None") | some row in data.facts.extended_protection_paths})

violations(resources, params) := found if {
	found := policy.violation with input as fixture.estate(resources) with data.params as params
}

unknowns(resources, params) := {[answer.subject, answer.reason] | some answer in found} if {
	found := policy.unknown with input as fixture.estate(resources) with data.params as params
}

messages(resources, params) := {answer.message | some answer in found} if {
	found := policy.unknown with input as fixture.estate(resources) with data.params as params
}

left_out(resources) := {[answer.subject, answer.reason] | some answer in found} if {
	found := policy.not_applicable with input as fixture.estate(resources) with data.params as {}
}

classic := {"hybrid": "classic_full"}

subject := fixture.subject(version(capable))

wrong(site, path, observed, expected, message) := {
	"subject": subject,
	"resource": fixture.judged(fixture.iis("EX01", site, path, {})),
	"property": "ExtendedProtectionTokenChecking",
	"observed": observed,
	"expected": expected,
	"message": message,
}

test_the_table_is_silent if {
	every build in [capable, "15.1.2507.61", "15.2.2562.17", "15.0.1497.40"] {
		violations(server(build, {}), classic) == set()
		unknowns(server(build, {}), {}) == set()
		left_out(server(build, {})) == set()
	}
}

test_weaker if {
	violations(server(capable, {"Default Web Site/OWA": token("None")}), classic) == {wrong(
		"Default Web Site", "/OWA", "None", "Require",
		"Default Web Site/OWA is weaker than Require: None.",
	)}
	violations(server(capable, {"Exchange Back End/MAPI/nspi": token("Allow")}), classic) == {wrong(
		"Exchange Back End", "/MAPI/nspi", "Allow", "Require",
		"Exchange Back End/MAPI/nspi is weaker than Require: Allow.",
	)}
}

test_stricter if {
	violations(server(capable, {"Default Web Site/OAB": token("Require")}), classic) == {wrong(
		"Default Web Site", "/OAB", "Require", "Allow",
		"Default Web Site/OAB is stricter than Allow: Require.",
	)}
	violations(server(capable, {"Default Web Site/PowerShell": token("Require")}), classic) == {wrong(
		"Default Web Site", "/PowerShell", "Require", "None",
		"Default Web Site/PowerShell is stricter than None: Require.",
	)}
}

test_nothing_switched_on_names_every_path if {
	found := violations(off(capable), classic)
	count(found) == 22
	{answer.observed | some answer in found} == {"None"}
	{answer.subject | some answer in found} == {subject}
}

test_other_paths_and_servers_do_not_matter if {
	calendar := fixture.iis("EX01", "Default Web Site", "/owa/Calendar", token("Require"))
	other := fixture.iis("EX02", "Default Web Site", "/OWA", token("None"))
	violations(server(capable, {}) | {calendar, other}, classic) == set()
}

agents_ews := {"Default Web Site/EWS": token("None")}

test_the_hybrid_agent_leaves_it_off if {
	violations(server(capable, agents_ews), {"hybrid": "modern_agent"}) == set()
	unknowns(server(capable, agents_ews), {"hybrid": "modern_agent"}) == set()
	violations(server(capable, agents_ews), classic) == {wrong(
		"Default Web Site", "/EWS", "None", "Allow",
		"Default Web Site/EWS is weaker than Allow: None.",
	)}
	unknowns(server(capable, agents_ews), classic) == set()
}

test_the_hybrid_agent_on_no_other_path_and_value if {
	agent := {"hybrid": "modern_agent"}
	count(violations(server(capable, {"Default Web Site/EWS": token("Require")}), agent)) == 1
	count(violations(server(capable, {"Default Web Site/OWA": token("None")}), agent)) == 1
	count(violations(server(capable, {"Exchange Back End/EWS": token("None")}), agent)) == 1
}

test_an_unstated_topology if {
	violations(server(capable, agents_ews), {}) == set()
	unknowns(server(capable, agents_ews), {}) == {[subject, "param_missing"]}
	count(violations(server(capable, {"Default Web Site/EWS": token("Require")}), {})) == 1
	unknowns(server(capable, {"Default Web Site/EWS": token("Require")}), {}) == set()
	count(violations(server(capable, {"Default Web Site/OWA": token("None")}), {})) == 1
	unknowns(server(capable, {"Default Web Site/OWA": token("None")}), {}) == set()
}

filtered := {"IpSecurityAllowUnlisted": false}

test_a_filter_on_the_back_end_of_ews if {
	weak := object.union(token("None"), filtered)
	violations(server(capable, {"Exchange Back End/EWS": weak}), classic) == set()
	count(violations(server(capable, {"Exchange Back End/EWS": token("None")}), classic)) == 1
	count(violations(server(capable, {"Exchange Back End/OWA": weak}), classic)) == 1
	count(violations(server(capable, {"Default Web Site/EWS": weak}), classic)) == 1
}

test_a_build_that_cannot if {
	old := "15.2.986.5"
	violations(off(old), classic) == set()
	unknowns(off(old), classic) == set()
	left_out(off(old)) == {[subject, "build_without_extended_protection"]}
	switched := server(old, {row.path: token("None") |
		some row in data.facts.extended_protection_paths
		row.path != "Default Web Site/OWA"
	})
	violations(switched, classic) == {wrong(
		"Default Web Site", "/OWA", "Require", "None",
		"Default Web Site/OWA has a value on a build that cannot do Extended Protection.",
	)}
}

test_a_build_that_nobody_knows if {
	every build in ["15.3.1.1", "later"] {
		violations(off(build), classic) == set()
		unknowns(off(build), classic) == {[subject, "build_not_in_table"]}
		left_out(off(build)) == set()
	}
	absent := object.remove(version(capable), {"FileVersion"})
	unknowns({absent} | {other | some other in off(capable); other._kind == "IisApplication"}, classic) == set()
}

test_edge if {
	edge := fixture.server_version("EDGE01", capable)
	named := fixture.exchange_server("EDGE01", {"IsEdgeServer": true})
	violations({edge, named}, {}) == set()
	unknowns({edge, named}, {}) == set()
	left_out({edge, named}) == {[fixture.subject(edge), "edge_server"]}
	unknown_build := fixture.server_version("EDGE01", "15.3.1.1")
	unknowns({unknown_build, named}, {}) == set()
}

test_a_missing_path if {
	unknowns(server(capable, {"Default Web Site/API": null}), classic) == {[subject, "not_collected"]}
	every message in messages(server(capable, {"Default Web Site/API": null}), classic) {
		contains(message, "known of Default Web Site/API.")
	}
	unknowns(server("15.0.1497.40", {"Default Web Site/API": null}), classic) == set()
}

test_without_iis_the_directories_show_what_is_wrong if {
	good := fixture.ews("EX01", token("Allow"))
	violations({version(capable), good}, classic) == set()
	unknowns({version(capable), good}, classic) == {[subject, "not_collected"]}
	bad := fixture.owa("EX01", token("None"))
	violations({version(capable), bad}, classic) == {object.union(
		wrong("", "", "None", "Require", "Default Web Site/OWA is weaker than Require: None."),
		{"resource": fixture.judged(bad)},
	)}
	unknowns({version("15.2.986.5"), fixture.ews("EX01", token("None"))}, classic) == {[subject, "not_collected"]}
}

test_undecided_is_unknown if {
	path := "Default Web Site/OWA"
	every reason, value in {
		"null_value": null,
		"ad_only": fixture.ad_only,
		"truncated": {"$undecided": "truncated"},
		"value_not_in_table": "Sometimes",
	} {
		violations(server(capable, {path: token(value)}), classic) == set()
		unknowns(server(capable, {path: token(value)}), classic) == {[subject, reason]}
	}
	bare := object.remove(fixture.iis("EX01", "Default Web Site", "/OWA", {}), {"ExtendedProtectionTokenChecking"})
	violations(server(capable, {path: null}) | {bare}, classic) == set()
	unknowns(server(capable, {path: null}) | {bare}, classic) == {[subject, "property_absent"]}
}

test_a_server_without_a_build_is_left_to_the_engine if {
	every observed in [null, "Never", "Allow"] {
		alone := {fixture.ews("EX02", {"ExtendedProtectionTokenChecking": observed})}
		violations(alone, {}) == set()
		unknowns(alone, {}) == set()
	}
}
