package exchange.directories.tuned_back_end_test

import data.exchange.directories.tuned_back_end as policy
import data.lib.fixture

modern := fixture.server_version("EX01", "15.2.1748.10")

# A back end with these methods (initials of Anonymous, Basic, Windows, Digest) and flags.
back(path, methods, flags) := fixture.iis("EX01", "Exchange Back End", path, {
	"AnonymousAuthentication": contains(methods, "A"),
	"BasicAuthentication": contains(methods, "B"),
	"WindowsAuthentication": contains(methods, "W"),
	"DigestAuthentication": contains(methods, "D"),
	"SslFlags": flags,
})

tls := ["Ssl", "Ssl128"]

# As Setup leaves it (2019 CU11).
factory := {
	"/": back("/", "A", tls),
	"/API": back("/API", "AW", tls),
	"/Autodiscover": back("/Autodiscover", "AW", tls),
	"/ecp": back("/ecp", "AW", tls),
	"/EWS": back("/EWS", "AW", tls),
	"/owa": back("/owa", "AW", tls),
	"/Microsoft-Server-ActiveSync": back("/Microsoft-Server-ActiveSync", "B", tls),
	"/Microsoft-Server-ActiveSync/Proxy": back("/Microsoft-Server-ActiveSync/Proxy", "W", tls),
	"/OAB": back("/OAB", "W", tls),
	"/PowerShell": back("/PowerShell", "W", ["Ssl", "Ssl128", "SslNegotiateCert"]),
	"/PushNotifications": back("/PushNotifications", "AW", tls),
	"/mapi/emsmdb": back("/mapi/emsmdb", "W", ["Ssl"]),
	"/mapi/nspi": back("/mapi/nspi", "W", ["Ssl"]),
	"/Rpc": back("/Rpc", "W", []),
	"/RpcWithCert": back("/RpcWithCert", "W", []),
}

untouched := {application | some application in factory}

violations(resources) := found if {
	found := policy.violation with input as fixture.estate(resources)
}

unknowns(resources) := {[answer.subject, answer.reason] | some answer in found} if {
	found := policy.unknown with input as fixture.estate(resources)
}

judged(resources) := found if {
	found := policy.subject with input as fixture.estate(resources)
}

wrong(resource, property, observed, expected) := {
	"subject": fixture.subject(resource),
	"property": property,
	"observed": observed,
	"expected": expected,
}

ews_back(oauth) := fixture.ews("EX01", {
	"_site": "backend",
	"_key": "EX01\\EWS (Exchange Back End)",
	"OAuthAuthentication": oauth,
})

autodiscover_back(oauth) := fixture.autodiscover("EX01", {
	"_site": "backend",
	"_key": "EX01\\Autodiscover (Exchange Back End)",
	"OAuthAuthentication": oauth,
})

test_who_is_judged if {
	others := {
		fixture.iis("EX01", "Default Web Site", "/EWS", {}),
		back("/owa/Calendar", "A", []),
		fixture.ews("EX01", {}),
		fixture.owa("EX01", {"_site": "backend"}),
	}
	judged(untouched | others | {ews_back(true), autodiscover_back(true)}) == {fixture.judged(resource) |
		some resource in untouched | {ews_back(true), autodiscover_back(true)}
	}
}

test_untouched_server_is_silent if {
	violations(untouched | {modern, ews_back(true), autodiscover_back(true)}) == set()
	unknowns(untouched | {modern, ews_back(true), autodiscover_back(true)}) == set()
	violations(untouched) == set()
}

test_flags_of_the_extended_protection_script_are_fine if {
	every path in ["/mapi/emsmdb", "/mapi/nspi", "/Rpc", "/RpcWithCert"] {
		violations({back(path, "W", tls)}) == set()
	}
	violations({back("/EWS", "AW", ["SSL128", "ssl"])}) == set()
}

test_a_method_that_setup_does_not_leave_on if {
	every path, application in factory {
		violations({object.union(application, {"DigestAuthentication": true})}) == {wrong(
			application, "DigestAuthentication", true, false,
		)}
	}
	violations({back("/EWS", "ABW", tls)}) == {wrong(factory["/EWS"], "BasicAuthentication", true, false)}
	violations({back("/OAB", "AW", tls)}) == {wrong(factory["/OAB"], "AnonymousAuthentication", true, false)}
	violations({back("/", "AW", tls)}) == {wrong(factory["/"], "WindowsAuthentication", true, false)}
}

test_a_method_that_setup_leaves_on if {
	violations({back("/EWS", "A", tls)}) == {wrong(factory["/EWS"], "WindowsAuthentication", false, true)}
	violations({back("/EWS", "W", tls)}) == {wrong(factory["/EWS"], "AnonymousAuthentication", false, true)}
	active_sync := factory["/Microsoft-Server-ActiveSync"]
	violations({object.union(active_sync, {"BasicAuthentication": false})}) == {wrong(
		active_sync, "BasicAuthentication", false, true,
	)}
}

test_other_flags if {
	violations({back("/EWS", "AW", [])}) == {wrong(factory["/EWS"], "SslFlags", [], tls)}
	violations({back("/EWS", "AW", ["Ssl", "Ssl128", "SslRequireCert"])}) == {wrong(
		factory["/EWS"], "SslFlags", ["Ssl", "Ssl128", "SslRequireCert"], tls,
	)}
	violations({back("/Rpc", "W", ["Ssl"])}) == {wrong(factory["/Rpc"], "SslFlags", ["Ssl"], [])}
	violations({back("/", "A", ["Ssl"])}) == {wrong(factory["/"], "SslFlags", ["Ssl"], tls)}
	violations({back("/PowerShell", "W", tls)}) == {wrong(
		factory["/PowerShell"], "SslFlags", tls, ["Ssl", "SslNegotiateCert", "Ssl128"],
	)}
}

test_front_ends_are_not_judged if {
	front := fixture.iis("EX01", "Default Web Site", "/EWS", {"DigestAuthentication": true, "SslFlags": []})
	violations({front}) == set()
	unknowns({object.union(front, {"SslFlags": null})}) == set()
	# Whatever its name, the site decides.
	violations({object.union(back("/EWS", "D", []), {"_site": "frontend"})}) == set()
	violations({fixture.ews("EX01", {"OAuthAuthentication": false})}) == set()
	unknowns({fixture.ews("EX01", {"OAuthAuthentication": null})}) == set()
}

test_oauth_left_off_by_an_interrupted_reset if {
	violations({ews_back(false)}) == {wrong(ews_back(true), "OAuthAuthentication", false, true)}
	violations({autodiscover_back(false)}) == {wrong(autodiscover_back(true), "OAuthAuthentication", false, true)}
	unknowns({ews_back(null)}) == {[fixture.subject(ews_back(true)), "null_value"]}
	unknowns({autodiscover_back(fixture.ad_only)}) == {[fixture.subject(autodiscover_back(true)), "ad_only"]}
	unknowns({object.remove(ews_back(true), {"OAuthAuthentication"})}) == {[
		fixture.subject(ews_back(true)),
		"property_absent",
	]}
	violations({ews_back(null), autodiscover_back(fixture.ad_only)}) == set()
}

test_the_table_is_not_that_of_2013 if {
	old := fixture.server_version("EX01", "15.0.1497.48")
	strange := {back("/EWS", "D", []), old}
	violations(strange) == set()
	unknowns(strange) == {[fixture.subject(factory["/EWS"]), "build_not_in_table"]}
	elsewhere := fixture.server_version("EX02", "15.0.1497.48")
	violations({back("/EWS", "ABW", tls), elsewhere}) == {wrong(factory["/EWS"], "BasicAuthentication", true, false)}
	unknowns(untouched | {elsewhere}) == set()
}

test_undecided_is_unknown if {
	properties := {
		"AnonymousAuthentication", "BasicAuthentication", "WindowsAuthentication",
		"DigestAuthentication", "SslFlags",
	}
	ews := factory["/EWS"]
	every property in properties {
		violations({object.remove(ews, {property})}) == set()
		unknowns({object.remove(ews, {property})}) == {[fixture.subject(ews), "property_absent"]}
		every reason, value in {"null_value": null, "truncated": {"$undecided": "truncated"}} {
			violations({object.union(ews, {property: value})}) == set()
			unknowns({object.union(ews, {property: value})}) == {[fixture.subject(ews), reason]}
		}
	}
	cut := object.union(ews, {"SslFlags": ["Ssl", {"$undecided": "too_deep"}]})
	violations({cut}) == set()
	unknowns({cut}) == {[fixture.subject(ews), "too_deep"]}
}
