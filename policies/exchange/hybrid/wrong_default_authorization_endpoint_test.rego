package exchange.hybrid.wrong_default_authorization_endpoint_test

import data.exchange.hybrid.wrong_default_authorization_endpoint as policy
import data.lib.fixture

evosts(changes) := fixture.auth_server("EvoSts", object.union({"IsDefaultAuthorizationEndpoint": true}, changes))

second := fixture.auth_server("EvoSts - 2", {"IsDefaultAuthorizationEndpoint": true})

plain := fixture.auth_server("EvoSts", {})

acs := fixture.acs({})

ad_fs := fixture.auth_server("ADFS", {"Type": "ADFS", "IsDefaultAuthorizationEndpoint": true})

on := fixture.organization_config({"OAuth2ClientProfileEnabled": true})

off := fixture.organization_config({})

organization := {"plane": null, "kind": "Organization", "id": "contoso"}

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

breaking(name, property, observed, expected) := {
	"subject": organization,
	"resource": {"plane": "onprem", "kind": "AuthServer", "id": name, "server": null},
	"property": property,
	"observed": observed,
	"expected": expected,
}

none := {
	"subject": organization,
	"property": null,
	"observed": [],
	"expected": "exactly one AuthServer with IsDefaultAuthorizationEndpoint true",
	"message": "Hybrid Modern Authentication is on, but no authorization server is the default endpoint.",
}

several(names) := {
	"subject": organization,
	"property": null,
	"observed": names,
	"expected": "at most one AuthServer with IsDefaultAuthorizationEndpoint true",
	"message": "More than one authorization server is the default endpoint.",
}

test_the_organization_is_judged if {
	found := policy.subject with input as fixture.estate(set())
	found == {object.union(organization, {"server": null})}
}

test_one_is_silent if {
	violations({evosts({}), acs}, {"hma": true}) == set()
	unknowns({evosts({}), acs}, {"hma": true}) == set()
	left_out({evosts({}), acs}, {"hma": true}) == set()
	violations({evosts({}), acs, on}, {}) == set()
	left_out({evosts({}), acs, on}, {}) == set()
}

test_none if {
	violations({plain, acs}, {"hma": true}) == {none}
	violations({plain, acs, on}, {}) == {none}
	violations(set(), {"hma": true}) == {none}
}

test_none_needs_complete_evidence if {
	blank := fixture.auth_server("EvoSts", {"IsDefaultAuthorizationEndpoint": null})
	violations({blank, acs}, {"hma": true}) == set()
	violations({object.remove(blank, {"IsDefaultAuthorizationEndpoint"})}, {"hma": true}) == set()
	seen := fixture.partly({acs}, "onprem", "AuthServer")
	found := policy.violation with input as seen with data.params as {"hma": true}
	found == set()
}

test_several if {
	violations({evosts({}), second}, {"hma": true}) == {several(["EvoSts", "EvoSts - 2"])}
	violations({evosts({}), second, off}, {}) == {several(["EvoSts", "EvoSts - 2"])}
}

test_disabled if {
	violations({evosts({"Enabled": false})}, {"hma": true}) == {breaking("EvoSts", "Enabled", false, true)}
}

test_ad_fs_with_hma if {
	violations({ad_fs, plain}, {"hma": true}) == {breaking("ADFS", "Type", "ADFS", "AzureAD")}
}

test_another_type if {
	violations({fixture.acs({"IsDefaultAuthorizationEndpoint": true})}, {"hma": true}) == {breaking(
		"ACS - 0",
		"Type",
		"MicrosoftACS",
		"AzureAD",
	)}
}

test_declared_off if {
	violations({plain, acs}, {"hma": false}) == set()
	unknowns({plain, acs}, {"hma": false}) == set()
	left_out({plain, acs}, {"hma": false}) == set()
	violations({evosts({}), acs}, {"hma": false}) == {breaking(
		"EvoSts",
		"IsDefaultAuthorizationEndpoint",
		true,
		false,
	)}
	left_out({evosts({}), acs}, {"hma": false}) == set()
}

test_undeclared_off_is_left_to_the_next_control if {
	violations({plain, acs, off}, {}) == set()
	left_out({plain, acs, off}, {}) == set()
	violations({evosts({}), acs, off}, {}) == set()
	left_out({evosts({}), acs, off}, {}) == {{"subject": organization, "reason": "left_to_hma_010"}}
	violations({evosts({"Enabled": false}), off}, {}) == set()
	violations({ad_fs, off}, {"hybrid": "classic_full"}) == set()
}

test_ad_fs_without_hybrid if {
	cu13 := fixture.exchange_server("EX01", {"AdminDisplayVersion": "15.2.1258.12"})
	violations({ad_fs, on, cu13}, {"hybrid": "none"}) == set()
	unknowns({ad_fs, on, cu13}, {"hybrid": "none"}) == set()
	violations({ad_fs, on, cu13}, {"hybrid": "none", "hma": false}) == set()
	left_out({ad_fs, on, cu13}, {"hybrid": "none"}) == {{
		"subject": organization,
		"reason": "ad_fs_modern_authentication",
	}}
}

test_unknown_state if {
	violations({plain}, {}) == set()
	left_out({plain}, {}) == set()
	unknowns({plain}, {}) == {[organization, "param_missing", null]}
	unknowns({plain, off}, {}) == set()
}

test_undecided_default_endpoint if {
	blank := evosts({"Type": null})
	violations({blank}, {"hma": true}) == set()
	unknowns({blank}, {"hma": true}) == {[organization, "null_value", "Type"]}
	absent := object.remove(evosts({}), {"Enabled"})
	violations({absent}, {"hma": true}) == set()
	unknowns({absent}, {"hma": true}) == {[organization, "property_absent", "Enabled"]}
	unknowns({blank}, {"hma": false}) == set()
	unknowns({evosts({}), fixture.acs({"Type": null})}, {"hma": true}) == set()
}
