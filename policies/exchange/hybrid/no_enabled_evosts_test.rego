package exchange.hybrid.no_enabled_evosts_test

import data.exchange.hybrid.no_enabled_evosts as policy
import data.lib.fixture

organization := {"plane": null, "kind": "Organization", "id": "contoso"}

evosts := fixture.auth_server("EvoSts", {})

changed(changes) := fixture.auth_server("EvoSts", changes)

acs := fixture.acs({})

ad_fs := fixture.auth_server("ADFS", {"Type": "ADFS"})

profile_off := fixture.organization_config({})

violations(resources, params) := found if {
	found := policy.violation with input as fixture.estate(resources) with data.params as params
}

unknowns(resources, params) := {[answer.subject, answer.reason, object.get(answer, "property", null)] |
	some answer in found
} if {
	found := policy.unknown with input as fixture.estate(resources) with data.params as params
}

left_out(resources, params) := found if {
	found := policy.not_applicable with input as fixture.estate(resources) with data.params as params
}

lacking(names) := {
	"subject": organization,
	"property": null,
	"observed": names,
	"expected": "an AuthServer of Type AzureAD, enabled",
	"message": "No authorization server for Entra ID is there; Exchange accepts no user token.",
}

test_the_organization_is_judged if {
	found := policy.subject with input as fixture.estate(set())
	found == {object.union(organization, {"server": null})}
}

test_enabled_is_silent if {
	violations({evosts, acs}, {"hma": true}) == set()
	unknowns({evosts, acs}, {"hma": true}) == set()
	left_out({evosts, acs}, {"hma": true}) == set()
}

test_one_enabled_is_enough if {
	old := fixture.auth_server("old", {"Enabled": false})
	blank := fixture.auth_server("blank", {"Type": null})
	violations({evosts, old, blank}, {"hma": true}) == set()
	unknowns({evosts, old, blank}, {"hma": true}) == set()
	unknowns({evosts, blank}, {"hma": true}) == set()
	unknowns({old, blank}, {"hma": true}) == {[organization, "null_value", "Type"]}
}

test_none_at_all if {
	violations(set(), {"hma": true}) == {lacking([])}
	violations({acs}, {"hma": true}) == {lacking(["ACS - 0"])}
	violations({profile_off, acs}, {"hybrid": "classic_full"}) == {lacking(["ACS - 0"])}
}

test_ad_fs_does_not_count if {
	violations({ad_fs}, {"hma": true}) == {lacking(["ADFS"])}
}

test_disabled if {
	violations({changed({"Enabled": false}), acs}, {"hma": true}) == {{
		"subject": organization,
		"resource": {"plane": "onprem", "kind": "AuthServer", "id": "EvoSts", "server": null},
		"property": "Enabled",
		"observed": false,
		"expected": true,
	}}
	unknowns({changed({"Enabled": false}), acs}, {"hma": true}) == set()
	violations({changed({"Enabled": false}), profile_off}, {"hybrid": "none"}) == set()
}

subject_and(reason, property) := [organization, reason, property]

test_undecided_is_not_a_violation if {
	every server in {changed({"Type": null}), changed({"Enabled": null}), object.remove(evosts, {"Type"})} {
		violations({server, acs}, {"hma": true}) == set()
	}
	unknowns({changed({"Type": null}), acs}, {"hma": true}) == {subject_and("null_value", "Type")}
	unknowns({object.remove(evosts, {"Enabled"})}, {"hma": true}) == {subject_and("property_absent", "Enabled")}
	unknowns({changed({"Type": null, "Enabled": false}), acs}, {"hma": true}) == set()
	unknowns({changed({"Type": null}), profile_off}, {"hybrid": "none"}) == set()
}

test_a_disabled_object_without_type_is_not_the_anchor if {
	violations({changed({"Type": null, "Enabled": false})}, {"hma": true}) == {lacking(["EvoSts"])}
	stopped := object.remove(changed({"Enabled": false}), {"Type"})
	violations({stopped}, {"hma": true}) == {lacking(["EvoSts"])}
}

test_absence_needs_complete_coverage if {
	seen := fixture.partly({acs}, "onprem", "AuthServer")
	found := policy.violation with input as seen with data.params as {"hma": true}
	found == set()
	asked := policy.unknown with input as seen with data.params as {"hybrid": "classic_minimal"}
	asked == set()
}

test_without_hybrid if {
	violations({acs, profile_off}, {"hybrid": "none"}) == set()
	unknowns({acs, profile_off}, {"hybrid": "none"}) == set()
	left_out({acs, profile_off}, {"hybrid": "none"}) == {{"subject": organization, "reason": "no_hybrid_oauth"}}
	left_out({acs, profile_off}, {"hybrid": "classic_minimal"}) == {{
		"subject": organization,
		"reason": "no_hybrid_oauth",
	}}
}

test_unknown_state if {
	violations({acs}, {"hybrid": "classic_minimal"}) == set()
	unknowns({acs}, {"hybrid": "classic_minimal"}) == {[organization, "param_missing", null]}
	unknowns({evosts}, {"hybrid": "classic_minimal"}) == set()
	left_out({acs}, {"hybrid": "classic_minimal"}) == set()
}
