package exchange.directories.plain_http_test

import data.exchange.directories.plain_http as policy
import data.lib.fixture

tls := ["Ssl", "Ssl128"]

front(path, flags) := fixture.iis("EX01", "Default Web Site", path, {"SslFlags": flags})

paths := {"/API", "/aspnet_client", "/Autodiscover", "/ecp", "/EWS", "/mapi", "/Microsoft-Server-ActiveSync", "/OAB", "/owa"}

untouched := {front(path, tls) | some path in paths} | {
	front("/", tls),
	front("/PowerShell", ["SslNegotiateCert"]),
	front("/Rpc", []),
	front("/owa/Calendar", []),
}

violations(resources) := found if {
	found := policy.violation with input as fixture.estate(resources)
}

unknowns(resources) := {[answer.subject, answer.reason, answer.property] | some answer in found} if {
	found := policy.unknown with input as fixture.estate(resources)
}

wrong(path, observed) := {
	"subject": fixture.subject(front(path, tls)),
	"property": "SslFlags",
	"observed": observed,
	"expected": ["Ssl", "Ssl128"],
}

test_who_is_judged if {
	found := policy.subject with input as fixture.estate(untouched | {fixture.iis("EX01", "Exchange Back End", "/EWS", {})})
	found == {fixture.judged(front(path, tls)) | some path in paths}
}

test_untouched_server_is_silent if {
	violations(untouched | {fixture.oab("EX01", {})}) == set()
	unknowns(untouched) == set()
	violations({front("/EWS", ["SSL128", "ssl", "SslNegotiateCert"])}) == set()
}

test_without_tls if {
	every path in paths {
		violations({front(path, [])}) == {wrong(path, [])}
		violations({front(path, ["Ssl128"])}) == {wrong(path, ["Ssl128"])}
	}
}

test_without_128_bit_it_warns if {
	violations({front("/mapi", ["Ssl"])}) == {object.union(wrong("/mapi", ["Ssl"]), {"severity": "low"})}
}

test_a_further_site_is_judged if {
	partner := fixture.iis("EX01", "Partners", "/ews", {"SslFlags": []})
	violations({partner}) == {object.union(wrong("/EWS", []), {"subject": fixture.subject(partner)})}
}

test_back_ends_are_not_judged if {
	back := fixture.iis("EX01", "Exchange Back End", "/EWS", {"SslFlags": []})
	violations({back}) == set()
	unknowns({object.union(back, {"SslFlags": null})}) == set()
}

oab_off := fixture.oab("EX01", {"RequireSSL": false})

by_cmdlet := {
	"subject": fixture.subject(front("/OAB", tls)),
	"resource": fixture.judged(oab_off),
	"property": "RequireSSL",
	"observed": false,
	"expected": true,
}

test_the_cmdlet_says_so_too if {
	violations({front("/OAB", tls), oab_off}) == {by_cmdlet}
	violations({front("/OAB", []), oab_off}) == {by_cmdlet, wrong("/OAB", [])}
}

test_the_cmdlet_speaks_of_its_own_directory if {
	violations({front("/EWS", tls), oab_off}) == set()
	violations({front("/OAB", tls), object.union(oab_off, {"_server": "EX02"})}) == set()
	violations({front("/OAB", tls), object.union(oab_off, {"_key": "EX01\\OAB (Partners)"})}) == set()
	violations({front("/OAB", tls), object.union(oab_off, {"_site": "backend"})}) == set()
	every value in [true, null, fixture.ad_only] {
		violations({front("/OAB", tls), object.union(oab_off, {"RequireSSL": value})}) == set()
	}
	violations({front("/OAB", tls), object.remove(oab_off, {"RequireSSL"})}) == set()
}

test_undecided_is_unknown if {
	subject := fixture.subject(front("/EWS", tls))
	every reason, value in {
		"null_value": null,
		"truncated": {"$undecided": "truncated"},
		"too_deep": ["Ssl128", {"$undecided": "too_deep"}],
	} {
		violations({front("/EWS", value)}) == set()
		unknowns({front("/EWS", value)}) == {[subject, reason, "SslFlags"]}
	}
	violations({front("/EWS", ["Ssl", {"$undecided": "too_deep"}])}) == set()
	bare := object.remove(front("/EWS", tls), {"SslFlags"})
	violations({bare}) == set()
	unknowns({bare}) == {[subject, "property_absent", "SslFlags"]}
}
