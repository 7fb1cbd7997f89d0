package lib.hma_test

import data.lib.fixture
import data.lib.hma

on := fixture.organization_config({"OAuth2ClientProfileEnabled": true})

off := fixture.organization_config({})

ad_fs := fixture.auth_server("ADFS", {"Type": "ADFS", "IsDefaultAuthorizationEndpoint": true})

evosts := fixture.auth_server("EvoSts", {"IsDefaultAuthorizationEndpoint": true})

cu13 := fixture.exchange_server("EX01", {"AdminDisplayVersion": "15.2.1258.12"})

cu12 := fixture.exchange_server("EX02", {"AdminDisplayVersion": "15.2.1118.7"})

connector := fixture.connector("onprem", "HybridIOC", {})

stopped := fixture.connector("onprem", "HybridIOC", {"Enabled": false})

blurred := fixture.connector("onprem", "HybridIOC", {"Enabled": fixture.ad_only})

state(resources, params) := word if {
	word := hma.state with input as fixture.estate(resources) with data.params as params
}

oauth(resources, params) := word if {
	word := hma.oauth with input as fixture.estate(resources) with data.params as params
}

wanted(resources, params) := word if {
	word := hma.wanted with input as fixture.estate(resources) with data.params as params
}

test_declared_state_wins if {
	state({off}, {"hma": true}) == "on"
	state({on}, {"hma": false}) == "off"
	state({on}, {"hma": null}) == "on"
}

test_state_from_the_organization if {
	state({on}, {}) == "on"
	state({off}, {}) == "off"
	state(set(), {}) == "unknown"
	state({fixture.organization_config({"OAuth2ClientProfileEnabled": null})}, {}) == "unknown"
	state({on, evosts}, {}) == "on"
}

test_ad_fs_without_hybrid if {
	state({on, ad_fs, cu13, cu12}, {"hybrid": "none"}) == "ad_fs"
	state({on, ad_fs, cu13}, {"hybrid": "none", "hma": false}) == "ad_fs"
	state({on, ad_fs, cu13}, {"hybrid": "none", "hma": true}) == "on"
}

test_ad_fs_with_hybrid_is_a_claim if {
	state({on, ad_fs, cu13}, {"hybrid": "classic_full"}) == "on"
	state({on, ad_fs, cu13}, {"hybrid": "classic_minimal"}) == "on"
	state({on, ad_fs, cu13}, {"hybrid": "modern_agent"}) == "on"
	state({on, ad_fs, cu13}, {}) == "unknown"
	state({on, ad_fs, cu12}, {"hybrid": "none"}) == "unknown"
	state({on, ad_fs, evosts, cu13}, {"hybrid": "none"}) == "on"
	disabled := object.union(ad_fs, {"Enabled": false})
	state({on, disabled, cu13}, {"hybrid": "none"}) == "on"
	state({on, evosts, cu13}, {"hybrid": "none"}) == "on"
}

test_oauth if {
	oauth(set(), {"hybrid": "classic_full"}) == "declared"
	oauth(set(), {"hybrid": "modern_agent"}) == "declared"
	oauth({connector}, {}) == "used"
	oauth({connector}, {"hybrid": "none"}) == "used"
	oauth({stopped}, {"hybrid": "none"}) == "absent"
	oauth({blurred}, {"hybrid": "classic_minimal"}) == "absent"
	oauth({stopped}, {}) == "absent"
	oauth(set(), {}) == "absent"
	oauth({blurred}, {}) == "unknown"
}

test_oauth_needs_every_connector if {
	hma.oauth == "unknown" with input as fixture.partly(set(), "onprem", "IntraOrganizationConnector")
		with data.params as {}
}

test_wanted if {
	wanted({off}, {"hma": true}) == "yes"
	wanted({off, connector}, {}) == "yes"
	wanted({off}, {"hybrid": "classic_full"}) == "yes"
	wanted({off}, {}) == "no"
	wanted({off}, {"hybrid": "classic_minimal"}) == "no"
	wanted({on}, {"hybrid": "none"}) == "yes"
	wanted(set(), {"hybrid": "none"}) == "no"
	wanted(set(), {"hybrid": "classic_minimal"}) == "unknown"
	wanted({off, blurred}, {}) == "unknown"
	wanted({on, ad_fs, cu13}, {"hybrid": "none"}) == "no"
}

test_unwanted_reason if {
	hma.unwanted_reason == "no_hybrid_oauth" with input as fixture.estate({off}) with data.params as {}
	hma.unwanted_reason == "ad_fs_modern_authentication" with input as fixture.estate({on, ad_fs, cu13})
		with data.params as {"hybrid": "none"}
}

test_off_reason if {
	hma.off_reason == "hma_off" with input as fixture.estate({off}) with data.params as {}
	hma.off_reason == "ad_fs_modern_authentication" with input as fixture.estate({on, ad_fs, cu13})
		with data.params as {"hybrid": "none"}
	not hma.off_reason with input as fixture.estate({on}) with data.params as {}
	not hma.off_reason with input as fixture.estate(set()) with data.params as {}
}

test_default_endpoints if {
	found := hma.default_endpoints with input as fixture.estate({evosts, fixture.acs({})})
	found == [evosts]
}

test_no_default_endpoint if {
	hma.no_default_endpoint with input as fixture.estate({fixture.acs({})})
	hma.no_default_endpoint with input as fixture.estate(set())
	not hma.no_default_endpoint with input as fixture.estate({evosts})
	blank := fixture.acs({"IsDefaultAuthorizationEndpoint": null})
	not hma.no_default_endpoint with input as fixture.estate({blank})
	not hma.no_default_endpoint with input as fixture.partly({fixture.acs({})}, "onprem", "AuthServer")
}

test_missing_names_the_param if contains(hma.missing, "hma: true")
