package exchange.updates.product_out_of_support_test

import data.exchange.updates.product_out_of_support as policy
import data.lib.fixture

facts := {"exchange_support": [
	{"product": "Exchange Server 2013", "end_of_support": "2023-04-11", "note": ""},
	{"product": "Exchange Server 2019", "end_of_support": "2025-10-14", "note": "two paid periods"},
	{"product": "Exchange Server SE", "end_of_support": "2035-12-31", "note": ""},
]}

at(now, build) := object.union(fixture.estate({fixture.server_version("EX01", build)}), {"now": now})

violations(now, build) := found if {
	found := policy.violation with input as at(now, build) with data.facts as facts
}

unknowns(now, build) := {[answer.subject, answer.reason] | some answer in found} if {
	found := policy.unknown with input as at(now, build) with data.facts as facts
}

subject := {"plane": "host", "kind": "ServerVersion", "id": "EX01"}

ended(build, message) := {
	"subject": subject,
	"property": "FileVersion",
	"observed": build,
	"expected": "Exchange Server SE",
	"message": message,
}

today := "2026-11-21T02:00:00Z"

test_subscription_edition_is_silent if {
	violations(today, "15.2.2562.17") == set()
	unknowns(today, "15.2.2562.17") == set()
}

test_ended if {
	violations(today, "15.2.1748.53") == {ended(
		"15.2.1748.53",
		"Support of Exchange Server 2019 ended on 2025-10-14; two paid periods.",
	)}
	violations(today, "15.0.1497.2") == {ended("15.0.1497.2", "Support of Exchange Server 2013 ended on 2023-04-11.")}
	unknowns(today, "15.2.1748.53") == set()
}

test_the_last_day_is_supported if {
	violations("2025-10-14T23:59:59Z", "15.2.1748.39") == set()
	unknowns("2025-10-14T23:59:59Z", "15.2.1748.39") == set()
	count(violations("2025-10-15T00:00:00Z", "15.2.1748.39")) == 1
}

test_ancient if {
	violations(today, "14.3.513.0") == {ended("14.3.513.0", "The product is older than Exchange Server 2013.")}
	unknowns(today, "14.3.513.0") == set()
}

test_beyond_the_table_is_unknown if {
	violations(today, "15.3.1.1") == set()
	unknowns(today, "15.3.1.1") == {[subject, "build_not_in_table"]}
	unknowns(today, "15.1.2507.6") == {[subject, "build_not_in_table"]}
	unknowns(today, "not a build") == {[subject, "build_not_in_table"]}
}

test_subscription_edition_after_its_date_is_unknown if {
	violations("2036-01-01T00:00:00Z", "15.2.2562.17") == set()
	unknowns("2036-01-01T00:00:00Z", "15.2.2562.17") == {[subject, "build_not_in_table"]}
}

test_undecided_is_not_a_violation if {
	violations(today, null) == set()
	violations(today, {"$undecided": "truncated"}) == set()
	unknowns(today, null) == set()
}
