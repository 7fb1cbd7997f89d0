package exchange.lookup.address_space_beside_oauth_test

import data.exchange.lookup.address_space_beside_oauth as policy
import data.lib.fixture

space(changes) := fixture.availability_address_space("fabrikam.com", object.union(
	{"AccessMethod": "OrgWideFB", "UseServiceAccount": false},
	changes,
))

bridge := {"AccessMethod": "InternalProxy", "UseServiceAccount": true}

connector(changes) := fixture.connector("onprem", "HybridIOC", object.union(
	{"TargetAddressDomains": ["contoso.mail.onmicrosoft.com", "fabrikam.com"]},
	changes,
))

elsewhere := connector({"TargetAddressDomains": ["contoso.mail.onmicrosoft.com"]})

redacted := {"$undecided": "redacted"}

violations(resources) := found if {
	found := policy.violation with input as fixture.estate(resources)
}

unknowns(resources) := {[answer.subject, answer.reason, object.get(answer, "property", null)] | some answer in found} if {
	found := policy.unknown with input as fixture.estate(resources)
}

silent(resources) if {
	violations(resources) == set()
	unknowns(resources) == set()
}

subject := fixture.subject(space({}))

shadow := {
	"subject": subject,
	"property": "ForestName",
	"observed": "fabrikam.com",
	"expected": "a domain that no enabled connector names",
	"message": "fabrikam.com is served by OAuth through HybridIOC; this address space answers beside it.",
}

stored := {
	"subject": subject,
	"property": "Credentials",
	"observed": "stored (not shown)",
	"expected": "none",
	"message": "fabrikam.com stores credentials.",
}

test_silent if {
	silent({space({}), elsewhere})
	silent({space({})})
	silent({space({}), connector({"Enabled": false})})
	silent({space({}), fixture.connector("cloud", "HybridIOC", {"TargetAddressDomains": ["fabrikam.com"]})})
}

test_shadow if {
	violations({space({}), connector({})}) == {shadow}
	violations({space({}), connector({"TargetAddressDomains": ["Fabrikam.com"]})}) == {shadow}
	unknowns({space({}), connector({})}) == set()
	# Half a bridge is none.
	violations({space({"AccessMethod": "InternalProxy"}), connector({})}) == {shadow}
	violations({space({"UseServiceAccount": true}), connector({})}) == {shadow}
}

test_the_bridge_to_old_servers_is_legitimate if {
	silent({space(bridge), connector({})})
	with_credentials := space(object.union(bridge, {"UserName": "fabrikam\\svc"}))
	violations({with_credentials, connector({})}) == {stored}
}

test_credentials if {
	violations({space({"Credentials": redacted})}) == {stored}
	violations({space({"UserName": "fabrikam\\svc"})}) == {stored}
	both := space({"Credentials": redacted, "UserName": "fabrikam\\svc"})
	violations({both, connector({})}) == {shadow, stored}
	unknowns({both}) == set()
	count(violations({space({"Credentials": "PSCredential"})})) == 1
	only_name := object.remove(space({"UserName": "fabrikam\\svc"}), {"Credentials"})
	violations({only_name}) == {stored}
	unknowns({only_name}) == set()
}

test_nobody_knows_of_credentials if {
	unknowns({object.remove(space({}), {"UserName"})}) == {[subject, "property_absent", "UserName"]}
	unknowns({space({"UserName": {"$undecided": "truncated"}})}) == {[subject, "truncated", "UserName"]}
	silent({object.remove(space({}), {"Credentials"})})
	neither := object.remove(space({}), {"Credentials", "UserName"})
	violations({neither}) == set()
	unknowns({neither}) == {[subject, "property_absent", "Credentials"], [subject, "property_absent", "UserName"]}
	cut := space({"Credentials": {"$undecided": "truncated"}})
	violations({cut}) == set()
	unknowns({cut}) == {[subject, "truncated", "Credentials"]}
	name_cut := object.remove(space({"UserName": {"$undecided": "truncated"}}), {"Credentials"})
	unknowns({name_cut}) == {[subject, "property_absent", "Credentials"], [subject, "truncated", "UserName"]}
}

test_undecided_bridge if {
	blank := space({"AccessMethod": null})
	violations({blank, connector({})}) == {shadow}
	unknowns({blank, connector({})}) == set()
	absent := object.remove(space({"AccessMethod": "InternalProxy"}), {"UseServiceAccount"})
	violations({absent, connector({})}) == set()
	unknowns({absent, connector({})}) == {[subject, "property_absent", "UseServiceAccount"]}
	bridge_by_half := space({"AccessMethod": null, "UseServiceAccount": true})
	violations({bridge_by_half, connector({})}) == set()
	unknowns({bridge_by_half, connector({})}) == {[subject, "null_value", "AccessMethod"]}
	unknowns({bridge_by_half, elsewhere}) == set()
}

test_connectors_that_were_not_read if {
	found := policy.unknown with input as fixture.partly({space({})}, "onprem", "IntraOrganizationConnector")
	{[answer.subject, answer.reason, answer.kind] | some answer in found} == {[
		subject,
		"not_collected",
		"IntraOrganizationConnector",
	]}
	every half in [{"AccessMethod": "InternalProxy"}, {"UseServiceAccount": true}] {
		seen := fixture.partly({space(half)}, "onprem", "IntraOrganizationConnector")
		asked := policy.unknown with input as seen
		count(asked) == 1
	}
	no_matter := policy.unknown with input as fixture.partly({space(bridge)}, "onprem", "IntraOrganizationConnector")
	no_matter == set()
}

test_undecided_connectors if {
	unknowns({space({}), connector({"Enabled": null})}) == {[subject, "null_value", null]}
	violations({space({}), connector({"Enabled": null})}) == set()
	cut := connector({"TargetAddressDomains": {"$undecided": "truncated"}})
	unknowns({space({}), cut}) == {[subject, "truncated", null]}
	silent({space({}), connector({"Enabled": false, "TargetAddressDomains": null})})
	half_cut := ["fabrikam.com", {"$undecided": "truncated"}]
	silent({space({}), connector({"Enabled": false, "TargetAddressDomains": half_cut})})
	silent({space({}), connector({"Enabled": null, "TargetAddressDomains": ["contoso.com"]})})
	silent({space(bridge), connector({"Enabled": null})})
	silent({space(bridge), cut})
}
