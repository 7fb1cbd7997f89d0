package exchange.application.no_dedicated_application_identifier_test

import data.exchange.application.no_dedicated_application_identifier as policy
import data.lib.fixture

organization := {"plane": null, "kind": "Organization", "id": "contoso"}

tenant := "11111111-2222-3333-4444-555555555555"

application := "99999999-8888-7777-6666-555555555555"

declared := {"tenant_domains": ["contoso.mail.onmicrosoft.com"]}

used := fixture.connector("onprem", "HybridIOC", {})

stopped := fixture.connector("onprem", "HybridIOC", {"Enabled": false})

evosts(changes) := fixture.auth_server("EvoSts", object.union(
	{"ApplicationIdentifier": application, "DomainName": ["contoso.mail.onmicrosoft.com"]},
	changes,
))

subject := fixture.subject(evosts({}))

violations(resources) := found if {
	found := policy.violation with input as fixture.estate(resources | {used, fixture.acs({})})
		with data.params as declared
}

unknowns(resources) := reasons(found) if {
	found := policy.unknown with input as fixture.estate(resources | {used, fixture.acs({})})
		with data.params as declared
}

left_out(resources) := found if {
	found := policy.not_applicable with input as fixture.estate(resources | {used, fixture.acs({})})
		with data.params as declared
}

reasons(found) := {[answer.subject, answer.reason, object.get(answer, "property", null)] | some answer in found}

wrong(property, observed, expected) := {
	"subject": subject,
	"property": property,
	"observed": observed,
	"expected": expected,
}

no_application(observed) := wrong("ApplicationIdentifier", observed, "the appId of the dedicated hybrid application")

none(names) := {
	"subject": organization,
	"property": null,
	"observed": names,
	"expected": "an enabled AuthServer of Type AzureAD",
	"message": "No authorization server for Entra ID is enabled, so none names the dedicated hybrid application.",
}

test_only_entra_is_judged if {
	found := policy.subject with input as fixture.estate({evosts({}), fixture.acs({})})
	found == {fixture.judged(evosts({}))}
	nobody := policy.subject with input as fixture.estate({fixture.acs({})})
	nobody == {object.union(organization, {"server": null})}
	off := policy.subject with input as fixture.estate({evosts({"Enabled": false})})
	off == {fixture.judged(evosts({})), object.union(organization, {"server": null})}
}

test_right_is_silent if {
	violations({evosts({})}) == set()
	unknowns({evosts({})}) == set()
	left_out({evosts({})}) == set()
	violations({evosts({"ApplicationIdentifier": upper(application), "Realm": upper(tenant)})}) == set()
	violations({evosts({"DomainName": ["x.com", "Contoso.mail.onmicrosoft.com"]})}) == set()
	violations({evosts({"IssuerIdentifier": "https://sts.windows.net/*/"})}) == set()
	violations({evosts({"IssuerIdentifier": null})}) == set()
	unknowns({evosts({"IssuerIdentifier": null})}) == set()
}

test_application if {
	every observed in [null, "", "00000002-0000-0ff1-ce00-000000000000", "00000002-0000-0FF1-CE00-000000000000", "ExchangeServerApp", "x99999999-8888-7777-6666-555555555555"] {
		violations({evosts({"ApplicationIdentifier": observed})}) == {no_application(observed)}
	}
}

test_realm if {
	violations({evosts({"Realm": ""})}) == {wrong("Realm", "", "the tenant's identifier")}
	violations({evosts({"Realm": null})}) == {wrong("Realm", null, "the tenant's identifier")}
	violations({evosts({"Realm": "contoso.com"})}) == {wrong("Realm", "contoso.com", "the tenant's identifier")}
	other := "aaaaaaaa-2222-3333-4444-555555555555"
	violations({evosts({"Realm": other})}) == {wrong("Realm", other, tenant)}
	v2 := sprintf("https://login.microsoftonline.com/%s", [tenant])
	violations({evosts({"Realm": other, "IssuerIdentifier": v2})}) == {wrong("Realm", other, tenant)}
}

test_domain_name if {
	expected := "with the tenant's mail.onmicrosoft.com domain"
	every observed in [[], null, ["contoso.com"], ["contoso.onmicrosoft.com"], ["fabrikam.mail.onmicrosoft.com"]] {
		violations({evosts({"DomainName": observed})}) == {wrong("DomainName", observed, expected)}
		unknowns({evosts({"DomainName": observed})}) == set()
	}
}

test_each_tenant_is_judged if {
	second := fixture.auth_server("EvoSts 2", {"ApplicationIdentifier": "", "DomainName": ["contoso.mail.onmicrosoft.com"]})
	{violation.subject.id | some violation in violations({evosts({}), second})} == {"EvoSts 2"}
}

test_none_is_enabled if {
	violations(set()) == {none([])}
	violations({evosts({"Enabled": false})}) == {none(["EvoSts"])}
	unknowns(set()) == set()
}

test_a_disabled_one_does_not_apply if {
	second := fixture.auth_server("Old", {"Enabled": false, "ApplicationIdentifier": "", "DomainName": []})
	violations({evosts({}), second}) == set()
	unknowns({evosts({}), object.remove(second, {"Realm"})}) == set()
	left_out({evosts({}), second}) == {{
		"subject": fixture.subject(second),
		"reason": "authorization_server_disabled",
	}}
}

test_delegation_alone_does_not_apply if {
	every server in [evosts({"ApplicationIdentifier": ""}), evosts({"Realm": "x", "DomainName": []}), evosts({"Type": null})] {
		seen := fixture.estate({server, stopped})
		found := policy.violation with input as seen with data.params as declared
		found == set()
		said := policy.unknown with input as seen with data.params as declared
		said == set()
		left := policy.not_applicable with input as seen with data.params as declared
		left == {{"subject": subject, "reason": "no_enabled_connector"}}
	}
	nobody := policy.not_applicable with input as fixture.estate({stopped}) with data.params as declared
	nobody == {{"subject": organization, "reason": "no_enabled_connector"}}
	silent := policy.violation with input as fixture.estate({stopped}) with data.params as declared
	silent == set()
	off := evosts({"Enabled": false})
	left := policy.not_applicable with input as fixture.estate({stopped, off}) with data.params as declared
	left == {{"subject": subject, "reason": "no_enabled_connector"}, {"subject": organization, "reason": "no_enabled_connector"}}
}

test_connectors_that_were_not_read if {
	every resources in [set(), {evosts({})}, {evosts({"Enabled": false})}] {
		seen := fixture.partly(resources | {stopped}, "onprem", "IntraOrganizationConnector")
		found := policy.unknown with input as seen with data.params as declared
		violated := policy.violation with input as seen with data.params as declared
		violated == set()
		left := policy.not_applicable with input as seen with data.params as declared
		left == set()
		subjects := policy.subject with input as seen with data.params as declared
		{answer.subject | some answer in found} == {object.remove(one, ["server"]) | some one in subjects}
		{answer.reason | some answer in found} == {"not_collected"}
		{answer.kind | some answer in found} == {"IntraOrganizationConnector"}
	}
}

# Builds before the April 2025 hotfix update do not have the property.
test_older_builds_are_unknown if {
	old := object.remove(evosts({}), {"ApplicationIdentifier"})
	violations({old}) == set()
	unknowns({old}) == {[subject, "property_absent", "ApplicationIdentifier"]}
}

test_undecided_is_unknown if {
	every property in {"Realm", "IssuerIdentifier", "DomainName"} {
		absent := object.remove(evosts({}), {property})
		violations({absent}) == set()
		unknowns({absent}) == {[subject, "property_absent", property]}
		cut := evosts({property: {"$undecided": "truncated"}})
		violations({cut}) == set()
		unknowns({cut}) == {[subject, "truncated", property]}
	}
	enough := evosts({"DomainName": ["contoso.mail.onmicrosoft.com", {"$undecided": "truncated"}]})
	unknowns({enough}) == set()
	typeless := evosts({"Type": null, "ApplicationIdentifier": ""})
	violations({typeless}) == set()
	unknowns({typeless}) == {[subject, "null_value", "Type"]}
	blank := evosts({"Enabled": null})
	unknowns({blank}) == {[subject, "null_value", "Enabled"]}
	left_out({blank}) == set()
	violations({evosts({"Enabled": null, "ApplicationIdentifier": ""})}) == {no_application("")}
}

test_another_cloud if {
	china := {"cloud": "china"}
	seen := fixture.estate({used, evosts({"DomainName": ["contoso.partner.onmschina.cn"]})})
	found := policy.violation with input as seen with data.params as china
	found == set()
	said := policy.unknown with input as seen with data.params as china
	reasons(said) == {[subject, "cloud_not_in_table", null]}
}
