package exchange.hybrid.server_older_than_2013_test

import data.exchange.hybrid.server_older_than_2013 as policy
import data.lib.fixture

server(version) := fixture.exchange_server("EX10", {"AdminDisplayVersion": version})

edge := fixture.exchange_server("EX10", {"AdminDisplayVersion": "14.3.123.4", "IsEdgeServer": true, "ServerRole": "Edge"})

off := fixture.organization_config({})

expected := "Exchange Server 2013 or later, or no such server"

violations(resources, params) := found if {
	found := policy.violation with input as fixture.estate(resources) with data.params as params
}

unknowns(resources) := {[answer.subject, answer.reason] | some answer in found} if {
	found := policy.unknown with input as fixture.estate(resources) with data.params as {"hma": true}
}

wrong(version) := {
	"subject": {"plane": "onprem", "kind": "ExchangeServer", "id": "EX10"},
	"property": "AdminDisplayVersion",
	"observed": version,
	"expected": expected,
}

test_from_2013_on_is_silent if {
	every version in {"15.0.516.32", "15.1.2507.6", "15.2.2562.17", "16.0.0.0"} {
		violations({server(version)}, {"hma": true}) == set()
		unknowns({server(version)}) == set()
	}
}

test_older if {
	every version in {"14.3.123.4", "14.99.9999.9", "8.3.83.6", "6.5.7638.0"} {
		violations({server(version)}, {"hma": true}) == {wrong(version)}
		unknowns({server(version)}) == set()
	}
}

test_edge_counts if violations({edge}, {"hma": true}) == {wrong("14.3.123.4")}

test_only_the_old_one if {
	violations({server("14.3.123.4"), fixture.exchange_server("EX01", {})}, {"hma": true}) == {wrong("14.3.123.4")}
}

test_severity_follows_hma if {
	medium := object.union(wrong("14.3.123.4"), {"severity": "medium"})
	violations({server("14.3.123.4"), off}, {}) == {medium}
	violations({server("14.3.123.4")}, {"hma": false}) == {medium}
	violations({server("14.3.123.4")}, {}) == {wrong("14.3.123.4")}
}

test_undecided_is_not_a_violation if {
	every odd in {server(null), object.remove(server("14.3.1.1"), {"AdminDisplayVersion"}), server({"$undecided": "truncated"})} {
		violations({odd}, {"hma": true}) == set()
		unknowns({odd}) == set()
	}
}

test_an_unreadable_version_is_unknown if {
	violations({server("Version 14.3")}, {"hma": true}) == set()
	unknowns({server("Version 14.3")}) == {[wrong("x").subject, "build_not_in_table"]}
}
