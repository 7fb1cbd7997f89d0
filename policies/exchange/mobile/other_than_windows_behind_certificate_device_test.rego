package exchange.mobile.other_than_windows_behind_certificate_device_test

import data.exchange.mobile.other_than_windows_behind_certificate_device as policy
import data.lib.fixture
import data.lib.fixture_web

device := {"certificate_device_servers": ["EX01"]}

good := fixture.activesync("EX01", {"BasicAuthEnabled": false, "WindowsAuthEnabled": true})

changed(changes) := object.union(good, changes)

application(providers) := fixture_web.iis_application(
	"EX01",
	"Microsoft-Server-ActiveSync",
	{"WindowsAuthenticationProviders": providers},
)

iis := application(["Negotiate", "NTLM"])

violations(resources, params) := found if {
	found := policy.violation with input as fixture.estate(resources) with data.params as params
}

unknowns(resources) := {[answer.subject, answer.reason, object.get(answer, "property", null)] | some answer in found} if {
	found := policy.unknown with input as fixture.estate(resources) with data.params as device
}

left_out(resources, params) := {[answer.subject, answer.reason] | some answer in found} if {
	found := policy.not_applicable with input as fixture.estate(resources) with data.params as params
}

wrong(property, observed, expected) := {
	"subject": fixture.subject(good),
	"property": property,
	"observed": observed,
	"expected": expected,
}

missing(reason, property) := {[fixture.subject(good), reason, property]}

silent(resources) if {
	violations(resources, device) == set()
	unknowns(resources) == set()
	left_out(resources, device) == set()
}

test_windows_with_both_providers_is_silent if {
	silent({good, iis})
	silent({good, application(["ntlm", "negotiate", "Negotiate:Kerberos"])})
	silent({changed({"ClientCertAuth": "Accepted"}), iis})
}

test_windows_off if violations({changed({"WindowsAuthEnabled": false}), iis}, device) == {
	wrong("WindowsAuthEnabled", false, true),
}

test_basic_on if violations({changed({"BasicAuthEnabled": true}), iis}, device) == {
	wrong("BasicAuthEnabled", true, false),
}

test_certificate_required_twice if violations({changed({"ClientCertAuth": "Required"}), iis}, device) == {
	wrong("ClientCertAuth", "Required", "Ignore"),
}

test_provider_missing if {
	every providers in {["Negotiate"], ["NTLM"], ["Negotiate:Kerberos"], []} {
		short := application(providers)
		violations({good, short}, device) == {object.union(
			wrong("WindowsAuthenticationProviders", providers, ["Negotiate", "NTLM"]),
			{"resource": fixture.judged(short)},
		)}
	}
}

test_certificate_required_by_iis if {
	strict := object.union(iis, {"SslFlags": ["Ssl", "SslRequireCert"]})
	violations({good, strict}, device) == {object.union(
		wrong("SslFlags", ["Ssl", "SslRequireCert"], ["Ssl", "Ssl128"]),
		{"resource": fixture.judged(strict)},
	)}
	silent({good, object.union(iis, {"SslFlags": ["Ssl", "SslNegotiateCert"]})})
	violations({good, object.union(strict, {"_server": "EX02"})}, device) == set()
}

test_no_device if {
	worst := changed({"WindowsAuthEnabled": false, "BasicAuthEnabled": true, "ClientCertAuth": "Required"})
	strict := object.union(application([]), {"SslFlags": ["SslRequireCert"]})
	every params in {{}, {"certificate_device_servers": ["EX02"]}, {"certificate_servers": ["EX01"]}} {
		violations({worst, strict}, params) == set()
		left_out({worst}, params) == {[fixture.subject(good), "no_certificate_device"]}
	}
	found := policy.unknown with input as fixture.estate({object.remove(worst, {"ClientCertAuth"})}) with data.params as {}
	found == set()
}

test_iis_was_not_read if {
	violations({good}, device) == set()
	unknowns({good}) == missing("not_collected", null)
	unknowns({good, object.union(iis, {"_server": "EX02"})}) == missing("not_collected", null)
	violations({changed({"BasicAuthEnabled": true})}, device) == {wrong("BasicAuthEnabled", true, false)}
}

test_undecided_is_unknown if {
	every property in {"WindowsAuthEnabled", "BasicAuthEnabled", "ClientCertAuth"} {
		violations({changed({property: null}), iis}, device) == set()
		unknowns({changed({property: null}), iis}) == missing("null_value", property)
		violations({changed({property: fixture.ad_only}), iis}, device) == set()
		unknowns({changed({property: fixture.ad_only}), iis}) == missing("ad_only", property)
		violations({object.remove(good, {property}), iis}, device) == set()
		unknowns({object.remove(good, {property}), iis}) == missing("property_absent", property)
	}
}

test_undecided_providers if {
	violations({good, application(null)}, device) == set()
	unknowns({good, application(null)}) == missing("null_value", "WindowsAuthenticationProviders")
	absent := object.remove(iis, {"WindowsAuthenticationProviders"})
	violations({good, absent}, device) == set()
	unknowns({good, absent}) == missing("property_absent", "WindowsAuthenticationProviders")
	cut := application(["Negotiate", {"$undecided": "truncated"}])
	violations({good, cut}, device) == set()
	unknowns({good, cut}) == missing("truncated", "WindowsAuthenticationProviders")
}

test_undecided_flags_of_iis if {
	violations({good, object.union(iis, {"SslFlags": null})}, device) == set()
	unknowns({good, object.union(iis, {"SslFlags": null})}) == missing("null_value", "SslFlags")
	unknowns({good, object.remove(iis, {"SslFlags"})}) == missing("property_absent", "SslFlags")
}

test_back_end_is_not_judged if {
	back := changed({"_site": "backend", "BasicAuthEnabled": true})
	violations({back}, device) == set()
	unknowns({back}) == set()
	left_out({back}, {}) == set()
}
