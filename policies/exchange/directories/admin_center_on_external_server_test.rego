package exchange.directories.admin_center_on_external_server_test

import data.exchange.directories.admin_center_on_external_server as policy
import data.lib.fixture
import data.lib.fixture_web

exposure := {"exposure": {"internet": ["EXCAS*"], "exo_only": ["EXHYB*"], "internal": ["EXMBX*"]}}

outside(admin) := fixture_web.ecp("EXCAS01", {"AdminEnabled": admin})

inside(admin) := fixture_web.ecp("EXMBX01", {"AdminEnabled": admin})

unstated(admin) := fixture_web.ecp("SRV01", {"AdminEnabled": admin})

further(server, admin) := object.union(
	fixture_web.ecp(server, {"AdminEnabled": admin}),
	{"_key": sprintf("%s\\ecp (Admin)", [server])},
)

organization := {"plane": null, "kind": "Organization", "id": "contoso"}

violations(resources) := found if {
	found := policy.violation with input as fixture.estate(resources) with data.params as exposure
}

unknowns(resources) := {[answer.subject.id, answer.reason] | some answer in found} if {
	found := policy.unknown with input as fixture.estate(resources) with data.params as exposure
}

left_out(resources) := {[answer.subject.id, answer.reason] | some answer in found} if {
	found := policy.not_applicable with input as fixture.estate(resources) with data.params as exposure
}

external(directory) := {
	"subject": fixture.subject(directory),
	"property": "AdminEnabled",
	"observed": true,
	"expected": false,
}

nowhere := {
	"subject": organization,
	"property": null,
	"observed": [],
	"expected": "AdminEnabled on, on one server inside",
	"message": "No server inside serves the Exchange admin center: set AdminEnabled to True on one of them.",
}

key(directory) := directory._key

test_subjects if {
	found := policy.subject with input as fixture.estate({outside(false), inside(true)}) with data.params as exposure
	found == {
		fixture.judged(outside(false)),
		fixture.judged(inside(true)),
		object.union(organization, {"server": null}),
	}
}

test_off_outside_on_inside if {
	violations({outside(false), inside(true)}) == set()
	unknowns({outside(false), inside(true)}) == set()
	left_out({outside(false), inside(true)}) == {[key(inside(true)), "not_external"]}
}

test_on_outside if {
	violations({outside(true), inside(true)}) == {external(outside(true))}
	violations({outside(true), inside(false)}) == {external(outside(true)), nowhere}
}

test_off_everywhere if {
	violations({outside(false), inside(false)}) == {nowhere}
	unknowns({outside(false), inside(false)}) == set()
}

test_only_outside if {
	second := fixture_web.ecp("EXCAS02", {"AdminEnabled": false})
	violations({outside(false), second}) == {nowhere}
}

test_exchange_online_only_counts_as_inside if {
	hybrid := fixture_web.ecp("EXHYB01", {"AdminEnabled": true})
	violations({outside(false), inside(false), hybrid}) == set()
	left_out({hybrid, outside(false)}) == {[key(hybrid), "not_external"]}
}

test_a_single_server_cannot_pass_both_halves if {
	violations({outside(true)}) == {external(outside(true))}
	violations({outside(false)}) == set()
	left_out({outside(false)}) == {["contoso", "single_server"]}
	violations({inside(false)}) == set()
	left_out({inside(false)}) == {[key(inside(false)), "not_external"], ["contoso", "single_server"]}
	unknowns({unstated(true)}) == {[key(unstated(true)), "param_missing"]}
}

test_a_further_site_keeps_it_inside if {
	kept := further("EXCAS01", true)
	violations({outside(false), kept, inside(false)}) == set()
	left_out({outside(false), kept, inside(true)}) == {
		[key(kept), "further_site"],
		[key(inside(true)), "not_external"],
	}
	violations({outside(true), kept, inside(false)}) == {external(outside(true))}
	lost := further("EXCAS01", false)
	violations({outside(false), lost, inside(false)}) == {nowhere}
}

test_the_only_site_is_published_whatever_its_name if {
	only := further("EXCAS02", true)
	violations({outside(false), only, inside(true)}) == {external(only)}
}

test_a_further_site_inside_is_just_inside if {
	kept := further("EXMBX01", true)
	left_out({outside(false), inside(false), kept}) == {
		[key(inside(false)), "not_external"],
		[key(kept), "not_external"],
	}
}

test_exposure_unknown if {
	violations({unstated(true), inside(true)}) == set()
	unknowns({unstated(true), inside(true)}) == {[key(unstated(true)), "param_missing"]}
	left_out({unstated(true), inside(true)}) == {[key(inside(true)), "not_external"]}
}

test_an_unstated_server_may_be_the_one_inside if {
	violations({outside(false), inside(false), unstated(true)}) == set()
	unknowns({outside(false), inside(false), unstated(true)}) == {
		[key(unstated(true)), "param_missing"],
		["contoso", "param_missing"],
	}
	violations({outside(false), inside(false), unstated(false)}) == {nowhere}
	unknowns({outside(false), inside(false), unstated(false)}) == {[key(unstated(false)), "param_missing"]}
}

test_nothing_is_missing_where_not_all_was_seen if {
	seen := fixture.partly({outside(false), inside(false)}, "onprem", "EcpVirtualDirectory")
	found := policy.violation with input as seen with data.params as exposure
	found == set()
}

test_undecided_is_not_a_violation if {
	every odd in {null, {"$undecided": "truncated"}} {
		violations({outside(odd), inside(odd)}) == set()
		violations({outside(false), inside(odd), fixture_web.ecp("EXMBX02", {"AdminEnabled": false})}) == set()
	}
	absent := object.remove(inside(true), {"AdminEnabled"})
	violations({outside(false), absent}) == set()
	violations({object.remove(outside(true), {"AdminEnabled"}), inside(true)}) == set()
}

test_back_end_is_not_judged if {
	back := object.union(outside(true), {"_site": "backend"})
	violations({back, inside(true), fixture_web.ecp("EXMBX02", {})}) == set()
	found := policy.subject with input as fixture.estate({back}) with data.params as exposure
	found == {object.union(organization, {"server": null})}
}
