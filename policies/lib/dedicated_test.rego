package lib.dedicated_test

import data.lib.dedicated
import data.lib.fixture

on := fixture.connector("onprem", "HybridIOC", {})

off := fixture.connector("onprem", "Fabrikam", {"Enabled": false})

blurred := fixture.connector("onprem", "Contoso", {"Enabled": null})

wanted(resources) := word if {
	word := dedicated.wanted with input as fixture.estate(resources)
}

test_wanted if {
	wanted({on, off, blurred}) == "yes"
	wanted({off}) == "no"
	wanted(set()) == "no"
	wanted({off, blurred}) == "unknown"
	wanted({fixture.connector("cloud", "HybridIOC", {})}) == "no"
}

test_wanted_needs_every_connector if {
	dedicated.wanted == "unknown" with input as fixture.partly({off}, "onprem", "IntraOrganizationConnector")
	dedicated.wanted == "yes" with input as fixture.partly({on}, "onprem", "IntraOrganizationConnector")
}

test_missing_says_what if contains(dedicated.missing, "Enabled")
