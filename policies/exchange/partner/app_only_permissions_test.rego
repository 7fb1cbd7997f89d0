package exchange.partner.app_only_permissions_test

import data.exchange.partner.app_only_permissions as policy
import data.lib.fixture

exchange_online := fixture.partner_application("Exchange Online", {})

graph(changes) := fixture.partner_application("Microsoft Graph", object.union(
	{"ApplicationIdentifier": "00000003-0000-0000-c000-000000000000"},
	changes,
))

violations(resources, params) := found if {
	found := policy.violation with input as fixture.estate(resources) with data.params as params
}

unknowns(resources, params) := {[answer.subject, answer.reason, answer.property] | some answer in found} if {
	found := policy.unknown with input as fixture.estate(resources) with data.params as params
}

granted(resource) := {
	"subject": fixture.subject(resource),
	"property": "AppOnlyPermissions",
	"observed": ["Mail.Read", "Calendars.Read"],
	"expected": [],
	"message": sprintf("%s may act without a user: calendars.read, mail.read.", [resource._key]),
}

lost(observed) := {
	"subject": fixture.subject(graph({})),
	"property": "AppOnlyPermissions",
	"observed": observed,
	"expected": "app-only permissions, as declared by graph_app_only",
	"severity": "high",
	"message": "Microsoft Graph lost the app-only permissions that are declared as wanted.",
}

some_rights := {"AppOnlyPermissions": ["Mail.Read", "Calendars.Read"]}

wanted := {"graph_app_only": true}

test_nothing_granted_is_silent if {
	violations({exchange_online, graph({})}, {}) == set()
	violations({graph({"AppOnlyPermissions": []})}, {}) == set()
	unknowns({exchange_online, graph({})}, wanted) == set()
}

test_granted if {
	violations({graph(some_rights)}, {}) == {granted(graph({}))}
	violations({graph(some_rights)}, {"graph_app_only": false}) == {granted(graph({}))}
	violations({object.union(exchange_online, some_rights)}, {}) == {granted(exchange_online)}
}

judged(whole, params) := found if {
	found := policy.subject with input as whole with data.params as params
}

organization := {"plane": null, "kind": "Organization", "id": "contoso"}

gone := {
	"subject": organization,
	"property": null,
	"observed": ["Exchange Online"],
	"expected": "Microsoft Graph with app-only permissions, as declared by graph_app_only",
	"message": "There is no partner application for Microsoft Graph, and so no app-only access that is declared as wanted.",
	"severity": "high",
}

test_every_application_is_judged if {
	whole := fixture.estate({exchange_online, graph({})})
	applications := {fixture.judged(exchange_online), fixture.judged(graph({}))}
	judged(whole, {}) == applications
	judged(whole, wanted) == applications
}

test_the_application_is_gone if {
	whole := fixture.estate({exchange_online})
	judged(whole, wanted) == {fixture.judged(exchange_online), object.union(organization, {"server": null})}
	violations({exchange_online}, wanted) == {gone}
	judged(whole, {}) == {fixture.judged(exchange_online)}
	violations({exchange_online}, {}) == set()
}

test_what_was_not_seen_is_not_gone if {
	partly := fixture.partly({exchange_online}, "onprem", "PartnerApplication")
	judged(partly, wanted) == {fixture.judged(exchange_online)}
	found := policy.violation with input as partly with data.params as wanted
	found == set()
	nameless := object.remove(graph({}), {"ApplicationIdentifier"})
	judged(fixture.estate({nameless}), wanted) == {fixture.judged(nameless)}
	violations({nameless}, wanted) == set()
}

test_wanted_and_disabled if {
	stopped := graph(object.union(some_rights, {"Enabled": false}))
	violations({stopped}, wanted) == {{
		"subject": fixture.subject(stopped),
		"property": "Enabled",
		"observed": false,
		"expected": true,
		"severity": "high",
		"message": "Microsoft Graph is disabled, and with it the app-only permissions that are declared as wanted.",
	}}
	violations({graph(some_rights), object.union(exchange_online, {"Enabled": false})}, wanted) == set()
	violations({graph({"Enabled": false})}, {}) == set()
}

test_disabled_counts if {
	disabled := object.union(some_rights, {"Enabled": false})
	violations({graph(disabled)}, {}) == {granted(graph({}))}
}

test_wanted_on_graph_alone if {
	violations({graph(some_rights)}, wanted) == set()
	violations({graph(some_rights), object.union(exchange_online, some_rights)}, wanted) == {granted(exchange_online)}
}

test_loss_is_the_finding if {
	violations({graph({})}, wanted) == {lost(null)}
	violations({graph({"AppOnlyPermissions": []})}, wanted) == {lost([])}
}

test_undecided_is_not_a_violation if {
	absent := object.remove(graph({}), {"AppOnlyPermissions"})
	violations({absent}, {}) == set()
	violations({absent}, wanted) == set()
	cut := {"$undecided": "truncated", "seen": ["Mail.Read"]}
	violations({graph({"AppOnlyPermissions": cut})}, {}) == set()
	violations({graph({"AppOnlyPermissions": cut})}, wanted) == set()
}

test_an_application_without_identifier if {
	nameless := object.remove(graph({}), {"ApplicationIdentifier"})
	unknowns({nameless}, wanted) == {[fixture.subject(nameless), "property_absent", "ApplicationIdentifier"]}
	unknowns({nameless}, {}) == set()
}
