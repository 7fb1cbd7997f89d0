package exchange.updates.cumulative_update_too_old_for_hybrid_test

import data.exchange.updates.cumulative_update_too_old_for_hybrid as policy
import data.lib.fixture

row(product, update, kind, date, build) := {
	"product": product, "update": update, "kind": kind, "release_date": date, "build_short": build,
}

facts := {"exchange_builds": [
	row("Exchange Server 2019", "CU13", "CU", "2023-05-03", "15.2.1258.12"),
	row("Exchange Server 2019", "CU13 Nov24SU", "SU", "2024-11-12", "15.2.1258.38"),
	row("Exchange Server 2019", "CU14", "CU", "2024-02-13", "15.2.1544.4"),
	row("Exchange Server 2019", "CU15", "CU", "2025-02-10", "15.2.1748.10"),
	row("Exchange Server 2019", "CU15 Sep26SU", "SU", "2026-09-08", "15.2.1748.51"),
	row("Exchange Server SE", "RTM", "CU", "2025-07-01", "15.2.2562.17"),
	row("Exchange Server SE", "CU1", "CU", "2026-11-21", "15.2.3000.5"),
]}

version(build) := fixture.server_version("EX01", build)

today := "2026-11-21T02:00:00Z"

yesterday := "2026-11-20T23:59:59Z"

at(now, resources) := object.union(fixture.estate(resources), {"now": now})

violations(now, resources, params) := found if {
	found := policy.violation with input as at(now, resources)
		with data.params as params
		with data.facts as facts
}

found_at(now, build) := violations(now, {version(build)}, {"hybrid": "classic_full"})

reasons(now, resources, params) := {answer.reason | some answer in unknown} | {answer.reason | some answer in skipped} if {
	unknown := policy.unknown with input as at(now, resources) with data.params as params with data.facts as facts
	skipped := policy.not_applicable with input as at(now, resources) with data.params as params with data.facts as facts
}

unknown_at(now, build) := reasons(now, {version(build)}, {"hybrid": "classic_full"})

silent(now, build) if {
	found_at(now, build) == set()
	unknown_at(now, build) == set()
}

old(build, expected) := {{
	"subject": {"plane": "host", "kind": "ServerVersion", "id": "EX01"},
	"property": "FileVersion",
	"observed": build,
	"expected": expected,
	"message": sprintf("Hybrid is supported on %s.", [expected]),
}}

test_current_and_previous_are_silent if {
	silent(today, "15.2.1748.51")
	silent(today, "15.2.1544.48")
	silent(yesterday, "15.2.2562.53")
	silent(today, "15.2.3000.5")
}

test_older if {
	found_at(today, "15.2.1258.38") == old("15.2.1258.38", "Exchange Server 2019 CU15 or the one before it")
	found_at(today, "15.2.986.5") == old("15.2.986.5", "Exchange Server 2019 CU15 or the one before it")
	unknown_at(today, "15.2.1258.38") == set()
	unknown_at(today, "15.2.986.5") == set()
}

test_subscription_edition_has_one if {
	found_at(today, "15.2.2562.53") == old("15.2.2562.53", "Exchange Server SE CU1 or newer")
}

test_an_update_counts_from_its_day_on if {
	found_at("2025-02-09T23:59:59Z", "15.2.1258.38") == set()
	count(found_at("2025-02-10T00:00:00Z", "15.2.1258.38")) == 1
}

test_ancient if {
	found_at(today, "14.3.513.0") == old("14.3.513.0", "Exchange Server SE")
	unknown_at(today, "14.3.513.0") == set()
}

test_newer_than_the_table_is_silent if {
	silent(today, "15.2.1800.1")
	silent(today, "15.2.4000.1")
}

test_between_two_is_unknown if {
	found_at(today, "15.2.1600.1") == set()
	unknown_at(today, "15.2.1600.1") == {"build_not_in_table"}
}

test_a_product_without_rows_is_unknown if {
	every build in {"15.1.2507.6", "15.3.1.1", "not a build"} {
		found_at(today, build) == set()
		unknown_at(today, build) == {"build_not_in_table"}
	}
}

test_every_hybrid_counts if {
	every hybrid in {"classic_minimal", "classic_full", "modern_agent"} {
		count(violations(today, {version("15.2.1258.38")}, {"hybrid": hybrid})) == 1
	}
}

test_an_enabled_connector_is_hybrid if {
	connected := {version("15.2.1258.38"), fixture.connector("onprem", "HybridIOC", {})}
	count(violations(today, connected, {})) == 1
	count(violations(today, connected, {"hybrid": "none"})) == 1
	off := {version("15.2.1258.38"), fixture.connector("onprem", "HybridIOC", {"Enabled": false})}
	violations(today, off, {"hybrid": "none"}) == set()
}

test_no_hybrid if {
	violations(today, {version("15.2.1258.38")}, {"hybrid": "none"}) == set()
	reasons(today, {version("15.2.1258.38")}, {"hybrid": "none"}) == {"no_hybrid"}
}

test_nobody_stated_it if {
	violations(today, {version("15.2.1258.38")}, {}) == set()
	reasons(today, {version("15.2.1258.38")}, {}) == {"param_missing"}
	reasons(today, {version("15.3.1.1")}, {}) == {"param_missing"}
	reasons(today, {version("15.2.1748.51")}, {}) == set()
}

test_servers_are_judged_one_by_one if {
	servers := {version("15.2.1748.51"), fixture.server_version("EX02", "15.2.1258.38"), fixture.server_version("EX03", "15.2.1600.1")}
	{answer.subject.id | some answer in violations(today, servers, {"hybrid": "classic_full"})} == {"EX02"}
	unknown := policy.unknown with input as at(today, servers)
		with data.params as {"hybrid": "classic_full"}
		with data.facts as facts
	{answer.subject.id | some answer in unknown} == {"EX03"}
	unstated := policy.unknown with input as at(today, servers)
		with data.params as {}
		with data.facts as facts
	{answer.subject.id | some answer in unstated} == {"EX02", "EX03"}
}

test_undecided_is_the_engines if {
	found_at(today, null) == set()
	found_at(today, {"$undecided": "truncated"}) == set()
	unknown_at(today, null) == set()
}
