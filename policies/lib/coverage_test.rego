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
