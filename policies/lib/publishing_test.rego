package lib.publishing_test

import data.lib.fixture
import data.lib.publishing

mail := "https://mail.contoso.com/EWS/Exchange.asmx"

inside := "https://ex01.contoso.com/EWS/Exchange.asmx"

namespaces := {"namespaces": {"Mail.contoso.com": {"paths": ["EWS", "owa"]}}}

names(resources, params) := {server: found |
	some server in {"EX01", "EX02", "SRV1"}
	found := publishing.names[server] with input as fixture.estate(resources) with data.params as params
}

letting_through(resources, params, path) := object.get(found, "EX01", []) if {
	found := publishing.letting_through(path) with input as fixture.estate(resources) with data.params as params
}

missing(resources, params) := message if {
	message := publishing.doubt("EX01").message with input as fixture.estate(resources) with data.params as params
}

nothing_missing(resources, params) if {
	not publishing.doubt("EX01") with input as fixture.estate(resources) with data.params as params
}

test_each_kind_of_address_leads_to_the_server if {
	leading := {"EX01": {"mail.contoso.com"}}
	every directory in [
		fixture.ews("EX01", {"ExternalUrl": mail}),
		fixture.ews("EX01", {"InternalUrl": mail}),
		fixture.mapi("EX01", {"ExternalUrl": mail}),
		fixture.oab("EX01", {"ExternalUrl": mail}),
		fixture.owa("EX01", {"ExternalUrl": mail}),
		fixture.ecp("EX01", {"ExternalUrl": mail}),
		fixture.activesync("EX01", {"ExternalUrl": mail}),
		fixture.powershell("EX01", {"ExternalUrl": mail}),
		fixture.outlook_anywhere("EX01", {"ExternalHostname": "MAIL.contoso.com"}),
		fixture.outlook_anywhere("EX01", {"InternalHostname": "MAIL.contoso.com"}),
	] {
		names({directory}, namespaces) == leading
	}
}

test_other_addresses_do_not if {
	names({fixture.ews("EX01", {"ExternalUrl": "https://mail.fabrikam.com/"})}, namespaces) == {}
	names({fixture.ews("EX01", {"_site": "backend", "ExternalUrl": mail})}, namespaces) == {}
	names({fixture.ews("EX01", {})}, namespaces) == {}
	names({fixture.outlook_anywhere("EX01", {"ExternalHostname": null, "InternalHostname": ""})}, namespaces) == {}
}

test_a_list_of_servers_decides if {
	listed := {"namespaces": {"mail.contoso.com": {"paths": ["owa"], "servers": ["ex0?"]}}}
	carrying := fixture.ews("SRV1", {"ExternalUrl": mail})
	names({carrying, fixture.owa("EX01", {})}, listed) == {"EX01": {"mail.contoso.com"}}
	names({carrying, fixture.outlook_anywhere("EX01", {})}, listed) == {"EX01": {"mail.contoso.com"}}
	names({carrying}, {"namespaces": {"mail.contoso.com": {"paths": ["owa"], "servers": []}}}) == {}
}

test_letting_through if {
	server := {fixture.ews("EX01", {"ExternalUrl": mail, "InternalUrl": "https://alt.contoso.com/"})}
	letting_through(server, namespaces, "owa") == ["mail.contoso.com"]
	letting_through(server, namespaces, "ews") == ["mail.contoso.com"]
	letting_through(server, namespaces, "ecp") == []
	two := {"namespaces": {"mail.contoso.com": {"paths": ["owa"]}, "alt.contoso.com": {"paths": ["owa", "ecp"]}}}
	letting_through(server, two, "owa") == ["alt.contoso.com", "mail.contoso.com"]
	letting_through(server, two, "ecp") == ["alt.contoso.com"]
	letting_through({fixture.ews("EX02", {"ExternalUrl": mail})}, namespaces, "owa") == []
}

test_nothing_is_missing if {
	nothing_missing({fixture.ews("EX01", {"ExternalUrl": mail, "InternalUrl": inside})}, namespaces)
	nothing_missing({fixture.ews("EX01", {"InternalUrl": mail}), fixture.ews("EX02", {"ExternalUrl": inside})}, namespaces)
	nothing_missing({fixture.ews("EX01", {})}, {"namespaces": {"m.contoso.com": {"paths": ["owa"], "servers": ["EX01"]}}})
}

test_no_namespaces if {
	server := {fixture.ews("EX01", {"ExternalUrl": mail})}
	every params in [{}, {"namespaces": {}}] {
		contains(missing(server, params), "Nobody stated which paths are published")
	}
}

test_an_external_address_of_an_unstated_name if {
	strange := fixture.ews("EX01", {"ExternalUrl": inside, "InternalUrl": mail})
	contains(missing({strange}, namespaces), "EX01 carries external addresses")
	contains(missing({strange}, namespaces), "declared: ex01.contoso.com.")
	anywhere := fixture.outlook_anywhere("EX01", {"ExternalHostname": "RPC.contoso.com", "InternalHostname": "mail.contoso.com"})
	contains(missing({anywhere}, namespaces), "declared: rpc.contoso.com.")
}

test_no_name_leads_to_the_server if {
	contains(missing({fixture.ews("EX01", {"InternalUrl": inside})}, namespaces), "leads to EX01")
}

# An address that says nothing may hold any name.
test_an_address_without_an_answer if {
	cut := {"$undecided": "truncated"}
	known := fixture.ews("EX01", {"ExternalUrl": mail})
	every directory in [
		fixture.owa("EX01", {"InternalUrl": cut}),
		fixture.owa("EX01", {"ExternalUrl": cut}),
		fixture.powershell("EX01", {"ExternalUrl": cut}),
		fixture.outlook_anywhere("EX01", {"InternalHostname": cut}),
		fixture.outlook_anywhere("EX01", {"ExternalHostname": cut}),
	] {
		doubts({known, directory}) == {"truncated"}
		contains(missing({known, directory}, namespaces), directory._key)
		contains(missing({directory}, namespaces), "names that lead to EX01 are not all known")
		both_missing({known, directory}, namespaces)
	}
	doubts({known, object.remove(fixture.owa("EX01", {}), {"InternalUrl"})}) == {"property_absent"}
	contains(missing({known, object.remove(fixture.owa("EX01", {}), {"InternalUrl"})}, namespaces), "InternalUrl of EX01")
	contains(missing({known, object.remove(fixture.owa("EX01", {}), {"ExternalUrl"})}, namespaces), "ExternalUrl of EX01")
	doubts({known, fixture.owa("EX01", {})}) == set()
	doubts({known, fixture.owa("EX02", {"InternalUrl": cut})}) == set()
	doubts({known, fixture.owa("EX01", {"_site": "backend", "InternalUrl": cut})}) == set()
}

doubts(resources) := {doubt.reason | some doubt in found} if {
	found := [doubt |
		doubt := publishing.doubt("EX01") with input as fixture.estate(resources) with data.params as namespaces
	]
}

test_where_lists_decide_addresses_do_not_matter if {
	cut := fixture.owa("EX01", {"InternalUrl": {"$undecided": "truncated"}})
	nothing_missing({cut}, {"namespaces": {"m.contoso.com": {"paths": ["owa"], "servers": ["EX01"]}}})
}

test_a_name_without_paths if {
	server := {fixture.ews("EX01", {"ExternalUrl": mail})}
	every rules in [{}, {"paths": []}, {"paths": null}, {"tls": "bridge"}] {
		contains(missing(server, {"namespaces": {"mail.contoso.com": rules}}), "published paths of mail.contoso.com")
	}
}

both_missing(resources, params) if {
	missing(resources, params) == missing_tls(resources, params)
}

missing_tls(resources, params) := message if {
	message := publishing.doubt_of_tls("EX01").message with input as fixture.estate(resources) with data.params as params
}

nothing_missing_of_tls(resources, params) if {
	not publishing.doubt_of_tls("EX01") with input as fixture.estate(resources) with data.params as params
}

test_names_are_missing_for_tls_as_for_paths if {
	server := {fixture.ews("EX01", {"ExternalUrl": mail})}
	both_missing(server, {})
	both_missing({fixture.ews("EX01", {"ExternalUrl": inside, "InternalUrl": mail})}, namespaces)
	both_missing({fixture.ews("EX01", {})}, namespaces)
}

named(tls) := {"namespaces": {"mail.contoso.com": {"tls": tls}}}

test_tls_of_a_name if {
	server := {fixture.ews("EX01", {"ExternalUrl": mail})}
	every word in ["bridge", "pass_through", "offload"] {
		nothing_missing_of_tls(server, named(word))
	}
	every word in [null, "maybe"] {
		contains(missing_tls(server, named(word)), "TLS in front of mail.contoso.com")
	}
	contains(missing_tls(server, namespaces), "TLS in front of mail.contoso.com")
}

offloading(resources, params) := object.get(found, "EX01", []) if {
	found := publishing.offloading with input as fixture.estate(resources) with data.params as params
}

test_offloading if {
	server := {fixture.ews("EX01", {"ExternalUrl": mail})}
	offloading(server, named("offload")) == ["mail.contoso.com"]
	offloading(server, named("bridge")) == []
	offloading({fixture.ews("EX02", {"ExternalUrl": mail})}, named("offload")) == []
}

filtered(resources) := {path: servers |
	some path in {"/owa", "/ecp", "/OWA"}
	servers := publishing.filtered[path] with input as fixture.estate(resources)
}

closed(server, site, path) := fixture.iis(server, site, path, {"IpSecurityAllowUnlisted": false})

test_filtered if {
	filtered({closed("EX01", "Default Web Site", "/OWA"), closed("EX02", "Default Web Site", "/owa")}) == {"/owa": {"EX01", "EX02"}}
	filtered({closed("EX01", "Default Web Site", "/owa"), fixture.iis("EX01", "Default Web Site", "/ecp", {})}) == {"/owa": {"EX01"}}
}

test_not_filtered if {
	filtered({fixture.iis("EX01", "Default Web Site", "/owa", {})}) == {}
	filtered({closed("EX01", "Exchange Back End", "/owa")}) == {}
	open := fixture.iis("EX01", "Default Web Site", "/owa", {})
	filtered({object.remove(open, {"IpSecurityAllowUnlisted"})}) == {}
	filtered({object.union(open, {"IpSecurityAllowUnlisted": null})}) == {}
}

test_a_second_site_without_a_filter_is_open if {
	first := closed("EX01", "Default Web Site", "/owa")
	second := fixture.iis("EX01", "Partners", "/Owa", {})
	filtered({first, second}) == {}
	filtered({first, object.remove(second, {"IpSecurityAllowUnlisted"})}) == {}
	filtered({first, closed("EX01", "Partners", "/owa")}) == {"/owa": {"EX01"}}
	filtered({first, fixture.iis("EX01", "Exchange Back End", "/owa", {})}) == {"/owa": {"EX01"}}
	filtered({first, fixture.iis("EX02", "Partners", "/owa", {})}) == {"/owa": {"EX01"}}
}

test_published if {
	directory := fixture.owa("EX01", {})
	publishing.published(directory, "owa", ["a.contoso.com", "b.contoso.com"]) == {
		"subject": fixture.subject(directory),
		"property": null,
		"observed": ["a.contoso.com", "b.contoso.com"],
		"expected": [],
		"message": "a.contoso.com, b.contoso.com lets /owa through to EX01.",
	}
}
