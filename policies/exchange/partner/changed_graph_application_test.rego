package exchange.partner.changed_graph_application_test

import data.exchange.partner.changed_graph_application as policy
import data.lib.fixture

facts := {"graph_act_as_permissions": {"values": ["Mail.Read", "Mail.Send", "Tasks.Read"]}}

factory := fixture.partner_application("Microsoft Graph", {
	"ApplicationIdentifier": "00000003-0000-0000-c000-000000000000",
	"AcceptSecurityIdentifierInformation": true,
	"LinkedAccount": null,
	"ActAsPermissions": ["Mail.Read", "Mail.Send", "Tasks.Read"],
})

other := fixture.partner_application("Exchange Online", {})

changed(changes) := object.union(factory, changes)

violations(resource, params) := found if {
	found := policy.violation with input as fixture.estate({resource})
		with data.params as params
		with data.facts as facts
}

judged(resources) := found if {
	found := policy.subject with input as fixture.estate(resources)
}

wrong(property, observed, expected, severity) := {
	"subject": fixture.subject(factory),
	"property": property,
	"observed": observed,
	"expected": expected,
	"severity": severity,
}

test_the_graph_application_is_judged if {
	judged({factory, other}) == {fixture.judged(factory)}
	judged({other}) == set()
}

test_an_application_without_identifier_could_be_the_one if {
	nameless := object.remove(other, {"ApplicationIdentifier"})
	blank := object.union(other, {"ApplicationIdentifier": null})
	judged({nameless, factory}) == {fixture.judged(nameless), fixture.judged(factory)}
	judged({blank}) == {fixture.judged(blank)}
}

test_default_is_silent if {
	violations(factory, {}) == set()
	violations(changed({"AppOnlyPermissions": [], "LinkedAccount": "", "AuthMetadataUrl": null}), {}) == set()
}

test_another_application_is_not_judged if {
	violations(object.union(other, {"AppOnlyPermissions": ["Mail.Read"], "Enabled": false}), {}) == set()
}

test_app_only if {
	violations(changed({"AppOnlyPermissions": ["Mail.Read"]}), {}) == {{
		"subject": fixture.subject(factory),
		"property": "AppOnlyPermissions",
		"observed": ["Mail.Read"],
		"expected": [],
	}}
}

test_app_only_as_declared if {
	wanted := {"graph_app_only": true}
	violations(changed({"AppOnlyPermissions": ["Mail.Read"]}), wanted) == set()
	violations(factory, wanted) == {wrong(
		"AppOnlyPermissions",
		null,
		"app-only permissions, as declared by graph_app_only",
		"high",
	)}
	violations(object.remove(factory, {"AppOnlyPermissions"}), wanted) == set()
}

test_extra_act_as if {
	list := ["Mail.Read", "Mail.Send", "Tasks.Read", "full_access", "EWS.All"]
	violations(changed({"ActAsPermissions": list}), {}) == {object.union(
		wrong("ActAsPermissions", list, "a subset of the 29 default values", "high"),
		{"message": "Act-as permissions beyond the default: ews.all, full_access."},
	)}
}

test_missing_act_as_warns if {
	violations(changed({"ActAsPermissions": ["mail.send"]}), {}) == {object.union(
		wrong("ActAsPermissions", ["mail.send"], "the 29 default values", "low"),
		{"message": "Act-as permissions of the default that are missing: mail.read, tasks.read."},
	)}
	violations(changed({"ActAsPermissions": null}), {}) == {object.union(
		wrong("ActAsPermissions", null, "the 29 default values", "low"),
		{"message": "Act-as permissions of the default that are missing: mail.read, mail.send, tasks.read."},
	)}
}

test_ways_in if {
	account := "contoso.com/Users/someone"
	violations(changed({"LinkedAccount": account}), {}) == {wrong("LinkedAccount", account, null, "high")}
	address := "https://sts.example.net/metadata"
	violations(changed({"AuthMetadataUrl": address}), {}) == {wrong("AuthMetadataUrl", address, null, "high")}
	violations(changed({"CertificateStrings": ["MIIC"]}), {}) == {wrong("CertificateStrings", ["MIIC"], null, "high")}
}

test_disabled_warns if {
	violations(changed({"Enabled": false}), {}) == {wrong("Enabled", false, true, "low")}
}

test_sid_acceptance_off_warns if {
	violations(changed({"AcceptSecurityIdentifierInformation": false}), {}) == {wrong(
		"AcceptSecurityIdentifierInformation",
		false,
		true,
		"low",
	)}
}

test_account_type_warns if {
	violations(changed({"AccountType": "ConsumerAccount"}), {}) == {wrong(
		"AccountType",
		"ConsumerAccount",
		"OrganizationalAccount",
		"low",
	)}
}

test_undecided_is_not_a_violation if {
	properties := {
		"Enabled", "AppOnlyPermissions", "ActAsPermissions", "AcceptSecurityIdentifierInformation",
		"LinkedAccount", "AccountType", "AuthMetadataUrl", "CertificateStrings",
	}
	cut := {"$undecided": "truncated", "seen": ["x"]}
	violations(object.remove(factory, properties), {}) == set()
	violations(changed({p: cut | some p in properties}), {}) == set()
	violations(changed({"Enabled": null, "AccountType": null}), {}) == set()
	partly := ["Mail.Read", {"$undecided": "too_deep"}]
	violations(changed({"ActAsPermissions": partly}), {}) == set()
}
