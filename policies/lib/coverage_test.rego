package lib.coverage_test

import data.lib.coverage

rows := [
	{"plane": "onprem", "kind": "AuthServer", "state": "complete"},
	{"plane": "onprem", "kind": "PartnerApplication", "state": "partial"},
	{"plane": "cloud", "kind": "AuthServer", "state": "denied"},
]

test_complete if coverage.complete("onprem", "AuthServer") with input.coverage as rows

test_another_plane if {
	not coverage.complete("cloud", "AuthServer") with input.coverage as rows
}

test_another_state if {
	not coverage.complete("onprem", "PartnerApplication") with input.coverage as rows
}

test_no_row if {
	not coverage.complete("onprem", "OrganizationConfig") with input.coverage as rows
	not coverage.complete("onprem", "AuthServer") with input as {}
}

by_server(row) := found if {
	found := coverage.unseen("onprem", "ExchangeCertificate", {"EX01", "EX02"}) with input.coverage as [
		{"plane": "onprem", "kind": "AuthServer", "state": "denied", "except": []},
		{"plane": "cloud", "kind": "ExchangeCertificate", "state": "denied", "except": []},
		object.union({"plane": "onprem", "kind": "ExchangeCertificate", "except": []}, row),
	]
}

test_unseen_nothing if {
	by_server({"state": "complete"}) == {}
	by_server({"state": "partial"}) == {}
}

test_unseen_by_exception if {
	by_server({"state": "partial", "except": [
		{"server": "EX02", "state": "failed"},
		{"server": "EX03", "state": "denied"},
	]}) == {"EX02": "failed"}
	by_server({"state": "partial", "except": [{"server": "EX02", "state": "not_attempted"}]}) == {"EX02": "not_collected"}
	by_server({"state": "partial", "except": [{"server": "EX02", "state": "partial"}]}) == {"EX02": "partial"}
	by_server({"state": "complete", "except": [{"server": "EX02", "state": "complete"}]}) == {}
}

test_unseen_as_a_whole if {
	words := {
		"denied": "denied", "failed": "failed", "unsupported": "unsupported",
		"not_attempted": "not_collected", "stale": "stale",
	}
	every state, word in words {
		by_server({"state": state}) == {"EX01": word, "EX02": word}
	}
	by_server({"state": "stale", "except": [{"server": "EX02", "state": "denied"}]}) == {"EX01": "stale", "EX02": "denied"}
}

test_unseen_without_a_row if {
	coverage.unseen("onprem", "ExchangeCertificate", {"EX01"}) == {"EX01": "not_collected"} with input.coverage as rows
	coverage.unseen("onprem", "ExchangeCertificate", set()) == {} with input.coverage as rows
}

test_configured if {
	coverage.configured("cloud") with input as {}
	coverage.configured("cloud") with input.planes as ["onprem", "cloud"]
	not coverage.configured("cloud") with input.planes as ["onprem"]
}

test_unread if {
	coverage.unread("cloud", "AuthServer") with input as {"coverage": rows}
	coverage.unread("cloud", "PartnerApplication") with input as {"coverage": rows}
	not coverage.unread("onprem", "AuthServer") with input as {"coverage": rows}
	not coverage.unread("cloud", "AuthServer") with input as {"coverage": rows, "planes": ["onprem"]}
}
