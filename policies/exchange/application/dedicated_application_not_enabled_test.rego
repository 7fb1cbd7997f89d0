package exchange.application.dedicated_application_not_enabled_test

import data.exchange.application.dedicated_application_not_enabled as policy
import data.lib.fixture

organization := {"plane": null, "kind": "Organization", "id": "contoso"}

used := fixture.connector("onprem", "HybridIOC", {})

stopped := fixture.connector("onprem", "HybridIOC", {"Enabled": false})

override(changes) := named("EnableExchangeHybrid3PAppFeature", changes)

named(name, changes) := fixture.setting_override(
	name,
	"Global",
	"ExchangeOnpremAsThirdPartyAppId",
	["Enabled=true"],
	changes,
)

unrelated := fixture.setting_override("Graph", "SettingOverride", "RouteThroughMSGraph", ["Enabled=true"], {})

violations(resources) := found if {
	found := policy.violation with input as fixture.estate(resources | {used})
}

unknowns(resources) := reasons(found) if {
	found := policy.unknown with input as fixture.estate(resources | {used})
}

reasons(found) := {[answer.subject, answer.reason, object.get(answer, "property", null)] | some answer in found}

silent(resources) if {
	violations(resources) == set()
	unknowns(resources) == set()
	found := policy.not_applicable with input as fixture.estate(resources | {used})
	found == set()
}

breaking(property, observed, expected) := {
	"subject": organization,
	"resource": {"plane": "onprem", "kind": "SettingOverride", "id": "EnableExchangeHybrid3PAppFeature", "server": null},
	"property": property,
	"observed": observed,
	"expected": expected,
}

none := {
	"subject": organization,
	"property": null,
	"observed": [],
	"expected": "one override Global, ExchangeOnpremAsThirdPartyAppId, Enabled=true",
	"message": "No override makes the servers use the dedicated hybrid application.",
}

several(names) := {
	"subject": organization,
	"property": null,
	"observed": names,
	"expected": "exactly one override",
	"message": "Several overrides switch the dedicated hybrid application; which of them counts is not defined.",
}

test_the_organization_is_judged if {
	found := policy.subject with input as fixture.estate(set())
	found == {object.union(organization, {"server": null})}
}

test_right_is_silent if {
	silent({override({}), unrelated})
	silent({override({"ComponentName": "GLOBAL", "SectionName": "exchangeOnpremAsThirdPartyAppID"})})
	silent({override({"Parameters": ["enabled = True"]})})
	silent({override({"Server": [], "MinVersion": "", "MaxVersion": ""})})
}

test_none if {
	violations(set()) == {none}
	violations({unrelated}) == {none}
	violations({override({"ComponentName": "Other"})}) == {none}
	violations({override({"SectionName": "Other"})}) == {none}
	violations({override({"ComponentName": null})}) == {none}
	unknowns(set()) == set()
}

test_none_needs_complete_coverage if {
	found := policy.violation with input as fixture.partly({used}, "onprem", "SettingOverride")
	found == set()
}

test_several if {
	violations({override({}), named("Second", {})}) == {several(["EnableExchangeHybrid3PAppFeature", "Second"])}
	off := named("Second", {"Parameters": ["Enabled=false"]})
	count(violations({override({}), off})) == 2
}

test_not_enabled if {
	every parameters in [["Enabled=false"], [], ["Other=true"], ["Enabled=false", "Enabled=true"]] {
		violations({override({"Parameters": parameters})}) == {breaking("Parameters", parameters, ["Enabled=true"])}
	}
}

test_some_servers_only if {
	violations({override({"Server": ["EX01"]})}) == {breaking("Server", ["EX01"], "empty, for every server")}
}

ex01 := fixture.server_version("EX01", "15.2.1748.24")

test_limits_by_version if {
	later := "15.2.2562.17"
	violations({override({"MinVersion": later}), ex01}) == {breaking("MinVersion", later, "no limit that leaves out EX01")}
	violations({override({"MaxVersion": later}), ex01}) == set()
	earlier := "15.2.1748.10"
	violations({override({"MaxVersion": earlier}), ex01}) == {breaking("MaxVersion", earlier, "no limit that leaves out EX01")}
	violations({override({"MinVersion": earlier}), ex01}) == set()
	same := "15.2.1748.24"
	silent({override({"MinVersion": same, "MaxVersion": same}), ex01})
}

test_limits_need_builds if {
	every changes in [{"MinVersion": "15.2.1748.10"}, {"MaxVersion": "15.2.1748.10"}] {
		found := policy.unknown with input as fixture.partly({used, override(changes)}, "host", "ServerVersion")
		{[answer.reason, answer.kind] | some answer in found} == {["not_collected", "ServerVersion"]}
		blank := fixture.server_version("EX01", null)
		unknowns({override(changes), blank}) == {[organization, "null_value", "FileVersion"]}
	}
	odd := fixture.server_version("EX01", "15.2")
	unknowns({override({"MinVersion": "15.2.1748.10"}), odd}) == {[organization, "build_not_in_table", "FileVersion"]}
	violations({override({"MinVersion": "15.2.1748.10"}), odd}) == set()
	every property in {"MinVersion", "MaxVersion"} {
		limited := override({property: "CU15"})
		unknowns({limited, ex01}) == {[organization, "build_not_in_table", property]}
		left := policy.unknown with input as fixture.estate({limited, ex01, stopped})
		left == set()
	}
	unlimited := policy.unknown with input as fixture.partly({used, override({})}, "host", "ServerVersion")
	unlimited == set()
	unknowns({override({}), fixture.server_version("EX01", null)}) == set()
	violations({override({"MinVersion": "15.2.2562.17"}), fixture.server_version("EX01", null)}) == set()
}

# The override would break look-ups of an organization that uses the older delegation alone.
test_delegation_alone_does_not_apply if {
	every resources in [set(), {stopped}, {override({}), stopped}, {override({"Server": ["EX01"], "Parameters": []}), stopped}] {
		found := policy.violation with input as fixture.estate(resources)
		found == set()
		said := policy.unknown with input as fixture.estate(resources)
		said == set()
		left := policy.not_applicable with input as fixture.estate(resources)
		left == {{"subject": organization, "reason": "no_enabled_connector"}}
	}
}

test_delegation_alone_asks_for_nothing if {
	blank := override({"ComponentName": {"$undecided": "truncated"}})
	bare := override({"Parameters": null, "Server": {"$undecided": "truncated"}})
	twice := {override({"MinVersion": "15.2.2562.17"}), named("Second", {}), ex01}
	every resources in [{blank}, {bare}, twice] {
		found := policy.violation with input as fixture.estate(resources | {stopped})
		found == set()
		said := policy.unknown with input as fixture.estate(resources | {stopped})
		said == set()
	}
	limited := fixture.partly({stopped, override({"MinVersion": "15.2.2562.17"})}, "host", "ServerVersion")
	unread := policy.unknown with input as limited
	unread == set()
	nameless := {override({"MinVersion": "15.2.2562.17"}), fixture.server_version("EX01", null), stopped}
	also := policy.unknown with input as fixture.estate(nameless)
	also == set()
}

test_connectors_that_were_not_read if {
	seen := fixture.partly({stopped}, "onprem", "IntraOrganizationConnector")
	found := policy.unknown with input as seen
	{[answer.subject, answer.reason, answer.kind] | some answer in found} == {[
		organization,
		"not_collected",
		"IntraOrganizationConnector",
	]}
	violated := policy.violation with input as seen
	violated == set()
	left := policy.not_applicable with input as seen
	left == set()
}

test_undecided_is_unknown if {
	nameless := override({"ComponentName": {"$undecided": "truncated"}})
	violations({nameless}) == set()
	unknowns({nameless}) == {[organization, "truncated", "ComponentName"]}
	sectionless := object.remove(override({}), {"SectionName"})
	unknowns({sectionless}) == {[organization, "property_absent", "SectionName"]}
	known := override({"ComponentName": {"$undecided": "truncated"}, "SectionName": "Other"})
	violations({known}) == {none}
	unknowns({known}) == set()
	unknowns({override({"Parameters": null})}) == {[organization, "null_value", "Parameters"]}
	violations({override({"Parameters": null})}) == set()
	every property in {"Server", "MinVersion", "MaxVersion"} {
		absent := object.remove(override({}), {property})
		violations({absent}) == set()
		unknowns({absent}) == {[organization, "property_absent", property]}
	}
}
