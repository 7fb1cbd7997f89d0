package exchange.hybrid.oauth_differs_between_servers_test

import data.exchange.hybrid.oauth_differs_between_servers as policy
import data.lib.fixture

params := {"hma": true, "exposure": {"internet": ["EXCAS*"], "exo_only": ["EXHYB*"], "internal": ["EXMBX*"]}}

ews(server, oauth) := fixture.ews(server, {"OAuthAuthentication": oauth})

mapi(server, list) := fixture.mapi(server, {"IISAuthenticationMethods": list})

sync(server, internal, external) := fixture.activesync(server, {
	"InternalAuthenticationMethods": internal,
	"ExternalAuthenticationMethods": external,
})

off := fixture.organization_config({})

violations_under(resources, operator) := found if {
	found := policy.violation with input as fixture.estate(resources) with data.params as operator
}

unknowns_under(resources, operator) := {[answer.subject.id, answer.reason] | some answer in found} if {
	found := policy.unknown with input as fixture.estate(resources) with data.params as operator
}

left_out_under(resources, operator) := {[answer.subject.id, answer.reason] | some answer in found} if {
	found := policy.not_applicable with input as fixture.estate(resources) with data.params as operator
}

violations(resources) := violations_under(resources, params)

unknowns(resources) := unknowns_under(resources, params)

left_out(resources) := left_out_under(resources, params)

silent(resources) if {
	violations(resources) == set()
	unknowns(resources) == set()
	left_out(resources) == set()
}

key(directory) := directory._key

wrong(directory, property, observed, expected, example) := {
	"subject": fixture.subject(directory),
	"property": property,
	"observed": observed,
	"expected": expected,
	"message": sprintf(
		"It does not offer OAuth, other servers of the same exposure do: %s.",
		[example],
	),
}

on1 := ews("EXMBX01", true)

on2 := ews("EXMBX02", true)

off2 := ews("EXMBX02", false)

off3 := ews("EXMBX03", false)

test_subjects_are_the_front_ends_of_five_kinds if {
	all := {
		on1, mapi("EXMBX01", ["OAuth"]), sync("EXMBX01", ["OAuth"], ["OAuth"]),
		fixture.oab("EXMBX01", {}), fixture.autodiscover("EXMBX01", {}),
	}
	back := object.union(on2, {"_site": "backend"})
	found := policy.subject with input as fixture.estate((all | {back}) | {fixture.powershell("EXMBX01", {})})
		with data.params as params
	found == {fixture.judged(directory) | some directory in all}
}

test_alike_is_silent if {
	silent({on1, on2})
	silent({off2, off3})
}

test_each_flag if {
	violations({on1, off2}) == {wrong(off2, "OAuthAuthentication", false, true, key(on1))}
	unknowns({on1, off2}) == set()
	left_out({on1, off2}) == set()
	oab := fixture.oab("EXMBX02", {"OAuthAuthentication": false})
	other_oab := fixture.oab("EXMBX01", {})
	violations({other_oab, oab}) == {wrong(oab, "OAuthAuthentication", false, true, key(other_oab))}
	discover := fixture.autodiscover("EXMBX02", {"OAuthAuthentication": false})
	other_discover := fixture.autodiscover("EXMBX01", {})
	violations({other_discover, discover}) == {wrong(discover, "OAuthAuthentication", false, true, key(other_discover))}
}

test_the_minority_that_offers_it_is_not_the_fault if {
	violations({on1, off2, off3}) == {
		wrong(off2, "OAuthAuthentication", false, true, key(on1)),
		wrong(off3, "OAuthAuthentication", false, true, key(on1)),
	}
}

test_mapi if {
	offering := mapi("EXMBX01", ["Negotiate", "Ntlm", "OAuth"])
	lacking := mapi("EXMBX02", ["Negotiate", "Ntlm"])
	silent({offering, mapi("EXMBX02", ["OAuth"])})
	violations({offering, lacking}) == {wrong(
		lacking,
		"IISAuthenticationMethods",
		["Negotiate", "Ntlm"],
		["Negotiate", "Ntlm", "OAuth"],
		key(offering),
	)}
}

test_mapi_where_the_internet_is if {
	offering := mapi("EXCAS01", ["OAuth"])
	lacking := mapi("EXCAS02", ["Ntlm"])
	violations({offering, lacking}) == {wrong(lacking, "IISAuthenticationMethods", ["Ntlm"], ["OAuth"], key(offering))}
}

test_activesync if {
	offering := sync("EXMBX01", ["Basic", "OAuth"], ["OAuth"])
	silent({offering, sync("EXMBX02", ["OAuth"], ["OAuth"])})
	inside := sync("EXMBX02", ["Basic"], ["OAuth"])
	violations({offering, inside}) == {wrong(
		inside, "InternalAuthenticationMethods", ["Basic"], ["Basic", "OAuth"],
		key(offering),
	)}
	outside := sync("EXMBX02", ["OAuth"], ["Basic"])
	violations({offering, outside}) == {wrong(
		outside, "ExternalAuthenticationMethods", ["Basic"], ["Basic", "OAuth"],
		key(offering),
	)}
	half := sync("EXMBX02", ["Basic"], [])
	violations({offering, half}) == {wrong(
		half, "InternalAuthenticationMethods", ["Basic"], ["Basic", "OAuth"],
		key(offering),
	)}
	unknowns({offering, half}) == set()
}

test_servers_set_apart_are_not_compared if {
	apart := {on1, ews("EXHYB01", false), ews("EXCAS01", false)}
	violations(apart) == set()
	unknowns(apart) == set()
	left_out(apart) == {[key(directory), "single_server"] | some directory in apart}
	violations(apart | {off2}) == {wrong(off2, "OAuthAuthentication", false, true, key(on1))}
}

test_kinds_are_not_mixed if {
	silent({on1, on2, fixture.oab("EXMBX01", {"OAuthAuthentication": false}), fixture.oab("EXMBX02", {"OAuthAuthentication": false})})
}

test_a_single_server if {
	left_out({on1}) == {[key(on1), "single_server"]}
	unknowns({on1}) == set()
	second_site := object.union(ews("EXMBX01", false), {"_key": "EXMBX01\\EWS (Partners)"})
	violations({on1, second_site}) == set()
	left_out({on1, second_site}) == {[key(on1), "single_server"], [key(second_site), "single_server"]}
	blurred := ews("EXMBX01", null)
	unknowns({blurred}) == set()
	left_out({blurred}) == {[key(blurred), "single_server"]}
}

test_a_missing_value_is_never_equal if {
	every odd in {
		[ews("EXMBX02", null), "null_value"],
		[object.remove(off2, {"OAuthAuthentication"}), "property_absent"],
		[ews("EXMBX02", fixture.ad_only), "ad_only"],
	} {
		violations({on1, odd[0]}) == set()
		unknowns({on1, odd[0]}) == {[key(on1), odd[1]], [key(off2), odd[1]]}
		unknowns({off3, odd[0]}) == {[key(off3), odd[1]], [key(off2), odd[1]]}
		violations({on1, off3, odd[0]}) == {wrong(off3, "OAuthAuthentication", false, true, key(on1))}
	}
}

test_the_answer_names_what_is_missing if {
	blurred := ews("EXMBX02", null)
	found := policy.unknown with input as fixture.estate({on1, blurred}) with data.params as params
	found == {
		{
			"subject": fixture.subject(blurred),
			"reason": "null_value",
			"property": "OAuthAuthentication",
			"kind": "WebServicesVirtualDirectory",
			"message": sprintf("OAuthAuthentication of %s has no usable value (null_value).", [key(blurred)]),
		},
		{
			"subject": fixture.subject(on1),
			"reason": "null_value",
			"property": "OAuthAuthentication",
			"message": sprintf(
				"OAuthAuthentication of %s has no usable value (null_value), so the group is not known to be alike.",
				[key(blurred)],
			),
		},
	}
}

test_empty_lists_are_unknown if {
	offering := mapi("EXMBX01", ["OAuth"])
	blank := mapi("EXMBX02", [])
	violations({offering, blank}) == set()
	unknowns({offering, blank}) == {[key(offering), "null_or_empty"], [key(blank), "null_or_empty"]}
	one := sync("EXMBX01", [], [])
	two := sync("EXMBX02", [], [])
	unknowns({one, two}) == {[key(one), "null_or_empty"], [key(two), "null_or_empty"]}
	half := sync("EXMBX02", ["OAuth"], null)
	whole := sync("EXMBX01", ["OAuth"], ["OAuth"])
	unknowns({whole, half}) == {[key(whole), "null_value"], [key(half), "null_value"]}
}

test_truncated_lists if {
	offering := mapi("EXMBX01", ["OAuth"])
	cut := mapi("EXMBX02", ["Ntlm", {"$undecided": "truncated"}])
	violations({offering, cut}) == set()
	unknowns({offering, cut}) == {[key(offering), "truncated"], [key(cut), "truncated"]}
}

test_missing_evidence_of_another_exposure_does_not_matter if {
	unknowns({on1, on2, ews("EXCAS01", null), ews("EXCAS02", true)}) == {
		[key(ews("EXCAS01", null)), "null_value"],
		[key(ews("EXCAS02", true)), "null_value"],
	}
}

test_unstated_exposure_matters_where_it_decides if {
	same := ews("SRV01", true)
	silent({on1, on2, same})
	silent({on1, same})
	differing := ews("SRV01", false)
	violations({on1, on2, differing}) == set()
	unknowns({on1, on2, differing}) == {[key(d), "param_missing"] | some d in {on1, on2, differing}}
	left_out({on1, on2, differing}) == set()
	unknowns({off2, off3, same}) == {[key(d), "param_missing"] | some d in {off2, off3, same}}
	silent({off2, off3, differing})
	violations({on1, off2, same}) == {wrong(off2, "OAuthAuthentication", false, true, key(on1))}
	unknowns({on1, off2, ews("SRV01", null)}) == {[key(d), "null_value"] | some d in {on1, off2, same}}
	every answer in unknowns({on1, ews("EXCAS01", true), differing}) {
		answer[1] == "param_missing"
	}
	count(unknowns({on1, ews("EXCAS01", true), differing})) == 3
}

test_the_answer_names_the_server_to_declare if {
	found := policy.unknown with input as fixture.estate({on1, on2, ews("SRV01", false)}) with data.params as params
	count(found) == 3
	every answer in found {
		contains(answer.message, "how SRV01 is exposed")
	}
}

test_nothing_declared if {
	nothing := {"hma": true}
	violations_under({on1, off2}, nothing) == set()
	unknowns_under({on1, off2}, nothing) == {[key(on1), "param_missing"], [key(off2), "param_missing"]}
	unknowns_under({on1, on2}, nothing) == set()
	left_out_under({on1, on2}, nothing) == set()
	left_out_under({on1}, nothing) == {[key(on1), "single_server"]}
	unknowns_under({off2}, nothing) == set()
}

test_oauth_unwanted if {
	operator := object.union(params, {"hma": false, "hybrid": "none"})
	violations_under({on1, off2, off}, operator) == set()
	unknowns_under({on1, off2, ews("EXMBX03", null), ews("SRV01", true), off}, operator) == set()
	left_out_under({on1, off2, off}, operator) == {[key(on1), "no_hybrid_oauth"], [key(off2), "no_hybrid_oauth"]}
}

test_unknown_state if {
	operator := object.union(object.remove(params, ["hma"]), {"hybrid": "classic_minimal"})
	violations_under({on1, off2}, operator) == set()
	unknowns_under({on1, off2}, operator) == {[key(off2), "param_missing"]}
	unknowns_under({on1, on2}, operator) == set()
	left_out_under({on1, off2}, operator) == set()
}

test_client_certificates_are_left_out if {
	offering := sync("EXMBX01", ["OAuth"], ["OAuth"])
	second := sync("EXMBX03", ["OAuth"], ["OAuth"])
	lacking := sync("EXMBX02", ["Certificate"], [])
	declared := object.union(params, {"certificate_servers": ["EXMBX02"]})
	device := object.union(params, {"certificate_device_servers": ["EXMBX02"]})
	every operator in {declared, device} {
		violations_under({offering, second, lacking}, operator) == set()
		unknowns_under({offering, second, lacking}, operator) == set()
		left_out_under({offering, second, lacking}, operator) == {[key(lacking), "client_certificates"]}
		violations_under({on1, off2}, operator) == {wrong(off2, "OAuthAuthentication", false, true, key(on1))}
		left_out_under({on1, off2}, operator) == set()
	}
	required := object.union(lacking, {"ClientCertAuth": "Required"})
	violations({offering, second, required}) == set()
	left_out({offering, second, required}) == {[key(lacking), "client_certificates"]}
	count(violations({offering, second, lacking})) == 1
}
