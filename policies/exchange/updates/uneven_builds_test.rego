package exchange.updates.uneven_builds_test

import data.exchange.updates.uneven_builds as policy
import data.lib.fixture

row(kind, date, build) := {"product": "any", "update": "any", "kind": kind, "release_date": date, "build_short": build}

facts := {"exchange_builds": [
	row("CU", "2024-02-13", "15.2.1544.4"),
	row("SU", "2026-10-02", "15.2.1544.48"),
	row("CU", "2025-02-10", "15.2.1748.10"),
	row("SU", "2026-09-08", "15.2.1748.51"),
	row("SU", "2026-10-02", "15.2.1748.53"),
	row("CU", "2025-07-01", "15.2.2562.17"),
	row("SU", "2026-02-10", "15.2.2562.37"),
	row("HU", "2026-05-07", "15.2.2562.41"),
	row("SU", "2026-06-09", "15.2.2562.43"),
	row("SU", "2026-11-10", "15.2.2562.60"),
	row("CU", "2026-11-15", "15.2.3000.5"),
	row("SU", "2026", "15.2.3000.9"),
]}

# A server: its build, its availability group, its name for EWS.
server(name, build, group, host) := {
	fixture.exchange_server(name, {}),
	fixture.server_version(name, build),
	fixture.mailbox_server(name, {"DatabaseAvailabilityGroup": group}),
	fixture.ews(name, {"InternalUrl": sprintf("https://%s/EWS/Exchange.asmx", [host])}),
}

edge(name, build) := {
	fixture.exchange_server(name, {"IsEdgeServer": true, "ServerRole": "Edge"}),
	fixture.server_version(name, build),
}

# Two servers in one availability group, each with a name of its own.
pair(first, second) := server("EX01", first, "DAG01", "ex01.contoso.com") | server("EX02", second, "DAG01", "ex02.contoso.com")

at(now, resources) := object.union(fixture.estate(resources), {"now": now})

today := "2026-11-21T02:00:00Z"

violations_at(now, resources) := found if {
	found := policy.violation with input as at(now, resources) with data.facts as facts
}

violations(resources) := found if {
	found := policy.violation with input as fixture.estate(resources) with data.facts as facts
}

reasons(whole) := {[answer.subject.id, answer.reason] | some answer in found} if {
	found := policy.unknown with input as whole with data.facts as facts
}

unknowns(resources) := reasons(fixture.estate(resources))

silent(resources) if {
	violations(resources) == set()
	unknowns(resources) == set()
}

wrong(name, build, newest, message) := {
	"subject": {"plane": "host", "kind": "ServerVersion", "id": name},
	"property": "FileVersion",
	"observed": build,
	"expected": newest,
	"message": message,
}

at_severity(answer, severity) := object.union(answer, {"severity": severity})

test_one_build_is_silent if {
	silent(pair("15.2.2562.43", "15.2.2562.43"))
	silent(pair("15.2.2562.43", "15.2.2562.43") | edge("EDGE1", "15.2.2562.43"))
	silent(server("EX01", "15.2.2562.43", null, "ex01.contoso.com"))
}

test_another_cumulative_update if {
	violations(pair("15.2.1544.48", "15.2.1748.53")) == {wrong(
		"EX01", "15.2.1544.48", "15.2.1748.53",
		"Its cumulative update is older than that of the availability group DAG01, which has 15.2.1748.53.",
	)}
}

test_another_security_update if {
	message := "Its security update is older than that of the availability group DAG01, which has 15.2.2562.43."
	violations(pair("15.2.2562.43", "15.2.2562.37")) == {wrong("EX02", "15.2.2562.37", "15.2.2562.43", message)}
	violations(pair("15.2.2562.43", "15.2.2562.41")) == {wrong("EX02", "15.2.2562.41", "15.2.2562.43", message)}
	unknowns(pair("15.2.2562.43", "15.2.2562.37")) == set()
}

test_a_hotfix_update_warns if {
	violations(pair("15.2.2562.37", "15.2.2562.41")) == {at_severity(
		wrong(
			"EX01", "15.2.2562.37", "15.2.2562.41",
			"A hotfix update of the availability group DAG01 is missing here: 15.2.2562.41.",
		),
		"low",
	)}
	unknowns(pair("15.2.2562.37", "15.2.2562.41")) == set()
}

test_one_name_is_a_group if {
	message := "Its security update is older than that of the namespace mail.contoso.com, which has 15.2.2562.43."
	one := server("EX01", "15.2.2562.37", null, "mail.contoso.com") | server("EX02", "15.2.2562.43", null, "mail.contoso.com")
	violations(one) == {wrong("EX01", "15.2.2562.37", "15.2.2562.43", message)}
}

test_edge_servers_are_a_group if {
	message := "Its security update is older than that of the Edge Transport servers, which has 15.2.2562.43."
	edges := edge("EDGE1", "15.2.2562.37") | edge("EDGE2", "15.2.2562.43")
	violations(edges) == {wrong("EDGE1", "15.2.2562.37", "15.2.2562.43", message)}
	violations(pair("15.2.2562.43", "15.2.2562.43") | edge("EDGE1", "15.2.2562.37")) == set()
}

test_security_updates_of_different_groups_may_differ if {
	apart := server("EX01", "15.2.2562.37", "DAG01", "ex01.contoso.com") | server("EX02", "15.2.2562.43", "DAG02", "ex02.contoso.com")
	silent(apart)
	alone := server("EX01", "15.2.2562.37", null, "ex01.contoso.com") | server("EX02", "15.2.2562.43", "", "ex02.contoso.com")
	silent(alone)
}

test_cumulative_updates_of_different_groups_are_medium if {
	apart := server("EX01", "15.2.1544.48", "DAG01", "ex01.contoso.com") | server("EX02", "15.2.1748.53", "DAG02", "ex02.contoso.com")
	violations(apart) == {at_severity(
		wrong(
			"EX01", "15.2.1544.48", "15.2.1748.53",
			"Its cumulative update is older than that of other servers, which have 15.2.1748.53.",
		),
		"medium",
	)}
}

test_a_young_update_warns if {
	[severity(answer) | some answer in violations(pair("15.2.2562.43", "15.2.2562.60"))] == ["low"]
	[severity(answer) | some answer in violations(pair("15.2.2562.60", "15.2.3000.5"))] == ["low"]
	apart := server("EX01", "15.2.2562.60", "DAG01", "ex01.contoso.com") | server("EX02", "15.2.3000.5", "DAG02", "ex02.contoso.com")
	[severity(answer) | some answer in violations(apart)] == ["low"]
}

# A violation without a severity of its own has the policy's.
severity(answer) := object.get(answer, "severity", "high")

test_fourteen_days_are_over if {
	before := violations_at("2026-11-23T23:59:59Z", pair("15.2.2562.43", "15.2.2562.60"))
	[severity(answer) | some answer in before] == ["low"]
	after := violations_at("2026-11-24T00:00:00Z", pair("15.2.2562.43", "15.2.2562.60"))
	count(after) == 1
	not "severity" in {key | some answer in after; some key, _ in answer}
}

test_an_update_without_a_day_is_never_young if {
	found := violations(pair("15.2.3000.5", "15.2.3000.9"))
	count(found) == 1
	not "severity" in {key | some answer in found; some key, _ in answer}
}

test_a_second_product_warns if {
	message := "Exchange Server 2019 runs beside Exchange Server SE."
	violations(pair("15.2.1748.53", "15.2.2562.43")) == {at_severity(
		wrong("EX01", "15.2.1748.53", "Exchange Server SE", message),
		"low",
	)}
	unknowns(pair("15.2.1748.53", "15.2.2562.43")) == set()
}

test_builds_that_the_table_lacks if {
	unknowns(pair("15.2.2562.43", "15.2.2562.99")) == {["EX01", "build_not_in_table"]}
	unknowns(pair("15.2.2562.38", "15.2.2562.43")) == {["EX01", "build_not_in_table"]}
	violations(pair("15.2.2562.38", "15.2.2562.43")) == set()
	silent(pair("15.2.2562.99", "15.2.2562.99"))
	count(violations(pair("15.2.2562.99", "15.2.4000.1"))) == 1
	unknowns(pair("15.2.2562.99", "15.2.4000.1")) == set()
}

test_a_product_that_nobody_knows if {
	every odd in {"15.3.1.1", "not a build"} {
		violations(pair("15.2.2562.43", odd)) == set()
		unknowns(pair("15.2.2562.43", odd)) == {["EX02", "build_not_in_table"]}
	}
}

test_older_than_2013_is_not_judged if {
	resources := pair("15.2.2562.43", "15.2.2562.43") | {fixture.server_version("OLD1", "14.3.513.0")}
	silent(resources)
	found := policy.not_applicable with input as fixture.estate(resources) with data.facts as facts
	found == {{
		"subject": {"plane": "host", "kind": "ServerVersion", "id": "OLD1"},
		"reason": "older_than_2013",
	}}
}

differing := server("EX01", "15.2.2562.37", "DAG01", "ex01.contoso.com") | server("EX02", "15.2.2562.43", "DAG02", "ex02.contoso.com")

same := pair("15.2.2562.43", "15.2.2562.43")

test_groups_that_were_not_seen if {
	every kind in {"ExchangeServer", "MailboxServer", "WebServicesVirtualDirectory"} {
		reasons(fixture.partly(differing, "onprem", kind)) == {["EX01", "not_collected"]}
		reasons(fixture.partly(same, "onprem", kind)) == set()
	}
}

without(resources, resource, property) := (resources - {resource}) | {object.remove(resource, {property})}

test_group_of_a_server_is_not_known if {
	member := fixture.mailbox_server("EX02", {"DatabaseAvailabilityGroup": "DAG02"})
	unknowns(without(differing, member, "DatabaseAvailabilityGroup")) == {["EX01", "property_absent"]}
	address := fixture.ews("EX01", {"InternalUrl": "https://ex01.contoso.com/EWS/Exchange.asmx"})
	unknowns(without(differing, address, "ExternalUrl")) == {["EX01", "property_absent"]}
	part := fixture.exchange_server("EX03", {"IsEdgeServer": null, "ServerRole": null})
	unknowns(differing | {part}) == {["EX01", "property_absent"]}
	cut := fixture.mailbox_server("EX02", {"DatabaseAvailabilityGroup": {"$undecided": "truncated"}})
	unknowns((differing - {member}) | {cut}) == {["EX01", "truncated"]}
}

test_undecided_is_the_engines if {
	every odd in {null, {"$undecided": "truncated"}} {
		silent(pair("15.2.2562.43", odd))
	}
}
