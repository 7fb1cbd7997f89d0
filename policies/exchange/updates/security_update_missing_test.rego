package exchange.updates.security_update_missing_test

import data.exchange.updates.security_update_missing as policy
import data.lib.fixture

row(product, kind, build, date) := {
	"product": product,
	"kind": kind,
	"build_short": build,
	"release_date": date,
}

e16 := "Exchange Server 2016"

e19 := "Exchange Server 2019"

se := "Exchange Server SE"

facts := {"exchange_builds": [
	row(e16, "CU", "15.1.2507.6", "2022-04-20"),
	row(e16, "SU", "15.1.2507.9", "2022-05"),
	row(e19, "CU", "15.2.1258.12", "2023-05-03"),
	row(e19, "SU", "15.2.1258.39", "2024-11-27"),
	row(e19, "HU", "15.2.1258.45", "2026-11-01"),
	row(e19, "CU", "15.2.1544.4", "2024-02-13"),
	row(e19, "SU", "15.2.1544.44", "2026-08-11"),
	row(e19, "SU", "15.2.1544.46", "2026-09-08"),
	row(e19, "SU", "15.2.1544.48", "2026-10-02"),
	row(e19, "CU", "15.2.1748.10", "2025-02-10"),
	row(e19, "SU", "15.2.1748.53", "2026-10-02"),
	row(se, "CU", "15.2.2562.17", "2025-07-01"),
	row(se, "HU", "15.2.2562.41", "2026-05-07"),
	row(se, "SU", "15.2.2562.49", "2026-09-08"),
	row(se, "SU", "15.2.2562.53", "2026-10-02"),
	row(se, "HU", "15.2.2562.60", "2026-11-01"),
]}

at(now, build) := object.union(fixture.estate({fixture.server_version("EX01", build)}), {"now": now})

violations(now, build) := found if {
	found := policy.violation with input as at(now, build) with data.facts as facts
}

unknowns(now, build) := {[answer.subject, answer.reason] | some answer in found} if {
	found := policy.unknown with input as at(now, build) with data.facts as facts
}

subject := {"plane": "host", "kind": "ServerVersion", "id": "EX01"}

wrong(build, expected, message) := {
	"subject": subject,
	"property": "FileVersion",
	"observed": build,
	"expected": expected,
	"message": message,
}

low(answer) := object.union(answer, {"severity": "low"})

today := "2026-11-21T02:00:00Z"

october := "2026-10-08T02:00:00Z"

silent(now, build) if {
	violations(now, build) == set()
	unknowns(now, build) == set()
}

test_newest_is_silent if {
	silent(today, "15.2.1748.53")
	silent(today, "15.2.1544.48")
	silent(october, "15.2.2562.53")
}

test_several_behind if {
	violations(today, "15.2.1544.44") == {wrong(
		"15.2.1544.44",
		"15.2.1544.48",
		"Security updates missing: 2; the newest is of 2026-10-02.",
	)}
	violations(today, "15.2.1544.4") == {wrong(
		"15.2.1544.4",
		"15.2.1544.48",
		"Security updates missing: 3; the newest is of 2026-10-02.",
	)}
	count(violations(october, "15.2.1544.44")) == 1
	every answer in violations(october, "15.2.1544.44") {
		not "severity" in object.keys(answer)
	}
}

one_missing := "One security update is missing; it is of 2026-10-02, younger than 30 days."

test_one_behind_a_young_update_warns if {
	violations(october, "15.2.1544.46") == {low(wrong("15.2.1544.46", "15.2.1544.48", one_missing))}
	violations("2026-10-31T23:59:59Z", "15.2.1544.46") == {low(wrong("15.2.1544.46", "15.2.1544.48", one_missing))}
}

test_thirty_days_are_over if {
	violations("2026-11-01T00:00:00Z", "15.2.1544.46") == {wrong(
		"15.2.1544.46",
		"15.2.1544.48",
		"Security updates missing: 1; the newest is of 2026-10-02.",
	)}
}

test_a_hotfix_below_the_update_does_not_help if {
	violations(october, "15.2.2562.41") == {wrong(
		"15.2.2562.41",
		"15.2.2562.53",
		"Security updates missing: 2; the newest is of 2026-10-02.",
	)}
}

test_newer_hotfix_warns if {
	violations(today, "15.2.2562.53") == {low(wrong(
		"15.2.2562.53",
		"15.2.2562.60",
		"A newer hotfix update of 2026-11-01 is there; it is optional.",
	))}
	silent(today, "15.2.2562.60")
}

test_hotfix_is_not_named_while_an_update_is_missing if {
	violations(today, "15.2.2562.49") == {wrong(
		"15.2.2562.49",
		"15.2.2562.53",
		"Security updates missing: 1; the newest is of 2026-10-02.",
	)}
}

test_cumulative_update_that_is_no_longer_served if {
	violations(today, "15.2.1258.39") == {wrong(
		"15.2.1258.39",
		"a cumulative update that still gets security updates",
		"The newest security update of Exchange Server 2019, of 2026-10-02, is not made for this cumulative update.",
	)}
}

test_older_update_of_the_same_is_told_the_same if {
	found := violations(today, "15.2.1258.12")
	{answer.expected | some answer in found} == {"a cumulative update that still gets security updates"}
	count(found) == 1
	not "severity" in {key | some answer in found; some key, _ in answer}
}

test_update_counts_from_its_day_on if {
	silent("2026-10-01T23:59:59Z", "15.2.1544.46")
	violations("2026-10-02T00:00:00Z", "15.2.1544.46") == {low(wrong("15.2.1544.46", "15.2.1544.48", one_missing))}
}

test_update_not_yet_released_is_not_asked_for if {
	silent("2026-09-20T00:00:00Z", "15.2.2562.49")
	silent("2024-12-01T00:00:00Z", "15.2.1258.39")
	silent("2025-08-01T00:00:00Z", "15.2.2562.17")
}

test_cumulative_update_newer_than_every_security_update if {
	silent("2025-02-15T00:00:00Z", "15.2.1748.10")
	count(violations("2026-09-08T00:00:00Z", "15.2.1748.10")) == 1
}

test_a_row_without_a_day_is_never_young if {
	violations("2022-05-12T00:00:00Z", "15.1.2507.6") == {wrong(
		"15.1.2507.6",
		"15.1.2507.9",
		"Security updates missing: 1; the newest is of 2022-05.",
	)}
}

test_newer_than_table if {
	silent(today, "15.2.2562.99")
	silent(today, "15.2.2700.1")
	silent(today, "15.2.1748.99")
	silent(today, "15.2.1800.1")
}

test_an_unknown_product_is_unknown if {
	every build in {"15.3.1.1", "16.0.1.1"} {
		violations(today, build) == set()
		unknowns(today, build) == {[subject, "build_not_in_table"]}
	}
}

test_above_the_newest_update_of_a_served_cumulative_update if silent(today, "15.2.1544.50")

test_build_that_cannot_be_placed_is_unknown if {
	every build in {"15.2.1544.47", "15.2.1258.40", "15.2.1300.1", "15.2.196.0", "15.0.1497.2", "14.3.513.0"} {
		violations(today, build) == set()
		unknowns(today, build) == {[subject, "build_not_in_table"]}
	}
	unknowns(today, "not a build") == {[subject, "build_not_in_table"]}
}

test_an_empty_table_passes_nobody if {
	every build in {"15.2.2562.53", "16.0.1.1"} {
		found := policy.unknown with input as at(today, build) with data.facts as {"exchange_builds": []}
		{answer.reason | some answer in found} == {"build_not_in_table"}
	}
}

test_servers_are_judged_one_by_one if {
	servers := {
		fixture.server_version("EX01", "15.2.1544.48"),
		fixture.server_version("EX02", "15.2.1258.39"),
		fixture.server_version("EX03", "15.2.1544.47"),
	}
	found := policy.violation with input as fixture.estate(servers) with data.facts as facts
	{answer.subject.id | some answer in found} == {"EX02"}
	unanswered := policy.unknown with input as fixture.estate(servers) with data.facts as facts
	{answer.subject.id | some answer in unanswered} == {"EX03"}
}

test_undecided_is_not_a_violation if {
	violations(today, null) == set()
	violations(today, {"$undecided": "truncated"}) == set()
	unknowns(today, null) == set()
}
