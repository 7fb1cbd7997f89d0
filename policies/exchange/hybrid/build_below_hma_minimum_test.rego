package exchange.hybrid.build_below_hma_minimum_test

import data.exchange.hybrid.build_below_hma_minimum as policy
import data.lib.fixture

row(feature, product, build) := {"feature": feature, "product": product, "build": build}

facts := {"feature_builds": [
	row("owa_hma", "Exchange Server 2013", "15.0.9999.9"),
	row("owa_hma", "Exchange Server 2019", "15.2.1544.11"),
	row("hma", "Exchange Server 2013", "15.0.1365.1"),
	row("hma", "Exchange Server 2016", "15.1.1415.2"),
	row("hma", "Exchange Server 2019", "15.2.330.5"),
	row("hma", "Exchange Server SE", "15.2.2562.17"),
]}

mailbox := fixture.exchange_server("EX01", {})

edge := fixture.exchange_server("EX01", {"IsEdgeServer": true})

off := fixture.organization_config({})

on := {"hma": true}

version(build) := fixture.server_version("EX01", build)

subject := {"plane": "host", "kind": "ServerVersion", "id": "EX01"}

violations(resources, params) := found if {
	found := policy.violation with input as fixture.estate(resources) with data.params as params with data.facts as facts
}

unknowns(resources, params) := {[answer.subject, answer.reason] | some answer in found} if {
	found := policy.unknown with input as fixture.estate(resources) with data.params as params with data.facts as facts
}

left_out(resources, params) := {[answer.subject, answer.reason] | some answer in found} if {
	found := policy.not_applicable with input as fixture.estate(resources) with data.params as params
		with data.facts as facts
}

wrong(build, expected) := {
	"subject": subject,
	"property": "FileVersion",
	"observed": build,
	"expected": expected,
}

minimums := {
	"15.0.1365.1": "15.0.1365.0",
	"15.1.1415.2": "15.1.1415.1",
	"15.2.330.5": "15.2.330.4",
}

test_at_the_minimum_is_silent if {
	every build in object.keys(minimums) | {"15.2.2562.17", "15.2.1748.53", "15.1.2507.69"} {
		violations({version(build), mailbox}, on) == set()
		unknowns({version(build), mailbox}, on) == set()
		left_out({version(build), mailbox}, on) == set()
		unknowns({version(build)}, on) == set()
		unknowns({version(build), mailbox}, {}) == set()
	}
}

test_one_below if {
	every minimum, build in minimums {
		violations({version(build), mailbox}, on) == {wrong(build, sprintf("%s or later", [minimum]))}
		unknowns({version(build), mailbox}, on) == set()
	}
}

test_older_than_2013 if {
	violations({version("14.3.123.4"), mailbox}, on) == {wrong("14.3.123.4", "Exchange Server 2013 CU19 or later")}
	unknowns({version("14.3.123.4"), mailbox}, on) == set()
}

test_only_that_server if {
	other := fixture.server_version("EX02", "15.2.2562.17")
	second := fixture.exchange_server("EX02", {})
	violations({version("15.1.1415.1"), mailbox, other, second}, on) == {wrong("15.1.1415.1", "15.1.1415.2 or later")}
}

test_edge_takes_no_part if {
	every build in {"15.1.1415.1", "15.2.2562.17", "16.0.1.1"} {
		violations({version(build), edge}, on) == set()
		unknowns({version(build), edge}, on) == set()
		left_out({version(build), edge}, on) == {[subject, "edge_transport"]}
	}
}

test_unknown_role if {
	low := version("15.1.1415.1")
	blank := fixture.exchange_server("EX01", {"IsEdgeServer": null})
	other := fixture.exchange_server("EX02", {})
	every known in {set(), {blank}, {other}, {object.remove(mailbox, {"IsEdgeServer"})}} {
		violations({low} | known, on) == set()
		left_out({low} | known, on) == set()
		unknowns({low} | known, on) == {[subject, "not_collected"]}
		unknowns({low, off} | known, {}) == set()
	}
}

test_hma_off if {
	every build in {"15.1.1415.1", "15.2.2562.17", "16.0.1.1"} {
		violations({version(build), mailbox, off}, {}) == set()
		unknowns({version(build), mailbox, off}, {}) == set()
		left_out({version(build), mailbox, off}, {}) == {[subject, "hma_off"]}
	}
}

test_unknown_state if {
	violations({version("15.1.1415.1"), mailbox}, {}) == set()
	left_out({version("15.1.1415.1"), mailbox}, {}) == set()
	unknowns({version("15.1.1415.1"), mailbox}, {}) == {[subject, "param_missing"]}
}

test_a_product_without_a_minimum if {
	violations({version("16.0.1.1"), mailbox}, on) == set()
	unknowns({version("16.0.1.1"), mailbox}, on) == {[subject, "build_not_in_table"]}
	unknowns({version("nonsense"), mailbox}, on) == {[subject, "build_not_in_table"]}
}

test_undecided_is_not_a_violation if {
	every odd in {object.remove(version("15.1.1.1"), {"FileVersion"}), version(null), version({"$undecided": "truncated"})} {
		violations({odd, mailbox}, on) == set()
		unknowns({odd, mailbox}, on) == set()
	}
}

test_the_table_has_every_product if {
	found := {known.product | some known in data.facts.feature_builds; known.feature == "hma"}
	found == {"Exchange Server 2013", "Exchange Server 2016", "Exchange Server 2019", "Exchange Server SE"}
}
