package exchange.mobile.client_certificate_not_required_test

import data.exchange.mobile.client_certificate_not_required as policy
import data.lib.fixture
import data.lib.fixture_web

good := fixture.activesync("EX01", {"ClientCertAuth": "Required", "BasicAuthEnabled": false})

plain := fixture.activesync("EX01", {})

changed(changes) := object.union(good, changes)

application(changes) := fixture_web.iis_application("EX01", "Microsoft-Server-ActiveSync", object.union(
	{"SslFlags": ["Ssl", "SslRequireCert"], "ClientCertificateMappingAuthentication": true},
	changes,
))

site := fixture_web.iis_application("EX01", "", {})

iis := {application({}), site}

declared := {"certificate_servers": ["EX01"]}

device := {"certificate_device_servers": ["EX01"]}

violations(resources, params) := found if {
	found := policy.violation with input as fixture.estate(resources) with data.params as params
}

unknowns(resources, params) := {[answer.reason, object.get(answer, "property", null)] | some answer in found} if {
	found := policy.unknown with input as fixture.estate(resources) with data.params as params
}

left_out(resources, params) := {[answer.subject, answer.reason] | some answer in found} if {
	found := policy.not_applicable with input as fixture.estate(resources) with data.params as params
}

silent(resources, params) if {
	violations(resources, params) == set()
	unknowns(resources, params) == set()
	left_out(resources, params) == set()
}

wrong(property, observed, expected) := {
	"subject": fixture.subject(good),
	"property": property,
	"observed": observed,
	"expected": expected,
}

through(other, answer) := object.union(answer, {"resource": fixture.judged(other)})

test_required_and_nothing_else_is_silent if {
	silent({good} | iis, declared)
	silent({good} | iis, {})
	silent({good, application({"SslFlags": ["ssl", "sslrequirecert"]})}, {})
}

test_only_accepted if {
	accepted := changed({"ClientCertAuth": "Accepted"})
	violations({accepted} | iis, {}) == {wrong("ClientCertAuth", "Accepted", "Required")}
	violations({accepted} | iis, declared) == {wrong("ClientCertAuth", "Accepted", "Required")}
	left_out({accepted} | iis, {}) == set()
}

test_declared_and_not_asked_for if {
	violations({changed({"ClientCertAuth": "Ignore"})} | iis, declared) == {wrong("ClientCertAuth", "Ignore", "Required")}
	left_out({changed({"ClientCertAuth": "Ignore"})} | iis, declared) == set()
}

test_passwords_beside_it if {
	violations({changed({"BasicAuthEnabled": true})} | iis, {}) == {wrong("BasicAuthEnabled", true, false)}
	violations({changed({"WindowsAuthEnabled": true})} | iis, {}) == {wrong("WindowsAuthEnabled", true, false)}
}

test_iis_only_negotiates if {
	every flags in {["Ssl", "SslNegotiateCert"], []} {
		loose := application({"SslFlags": flags})
		violations({good, loose, site}, {}) == {through(loose, wrong("SslFlags", flags, ["Ssl", "SslRequireCert"]))}
	}
}

test_mapping_off if {
	unmapped := application({"ClientCertificateMappingAuthentication": false})
	violations({good, unmapped, site}, {}) == {through(
		unmapped,
		wrong("ClientCertificateMappingAuthentication", false, true),
	)}
}

test_required_on_the_site if {
	strict := object.union(site, {"SslFlags": ["Ssl", "SslRequireCert"]})
	violations({good, application({}), strict}, {}) == {object.union(
		through(strict, wrong("SslFlags", ["Ssl", "SslRequireCert"], "SslRequireCert on the directory alone")),
		{"message": "The whole web site requires a client certificate, so every other client is refused."},
	)}
}

test_another_servers_iis_does_not_count if {
	other := fixture_web.iis_application("EX02", "Microsoft-Server-ActiveSync", {"SslFlags": []})
	violations({good, other} | iis, {}) == set()
	unknowns({good, other}, {}) == {["not_collected", null]}
}

test_not_in_use if {
	violations({plain}, {}) == set()
	unknowns({plain}, {}) == set()
	left_out({plain}, {}) == {[fixture.subject(plain), "no_client_certificates"]}
	left_out({plain}, {"certificate_servers": ["EX02"]}) == {[fixture.subject(plain), "no_client_certificates"]}
	violations({plain, application({"SslFlags": []})}, {}) == set()
}

test_a_device_in_front if {
	every directory in {good, plain, changed({"ClientCertAuth": "Accepted"}), changed({"ClientCertAuth": null})} {
		violations({directory}, object.union(device, declared)) == set()
		unknowns({directory}, device) == set()
	}
	left_out({good}, device) == {[fixture.subject(good), "certificate_device"]}
}

test_iis_was_not_read if {
	violations({good}, {}) == set()
	unknowns({good}, {}) == {["not_collected", null]}
	unknowns({good, site}, declared) == {["not_collected", null]}
	violations({changed({"BasicAuthEnabled": true})}, {}) == {wrong("BasicAuthEnabled", true, false)}
}

test_undecided_iis if {
	every property in {"SslFlags", "ClientCertificateMappingAuthentication"} {
		absent := object.remove(application({}), {property})
		violations({good, absent}, {}) == set()
		unknowns({good, absent}, {}) == {["property_absent", property]}
		violations({good, application({property: null})}, {}) == set()
		unknowns({good, application({property: null})}, {}) == {["null_value", property]}
	}
	cut := application({"SslFlags": ["Ssl", {"$undecided": "truncated"}]})
	violations({good, cut}, {}) == set()
	unknowns({good, cut}, {}) == {["truncated", "SslFlags"]}
}

test_the_answer_names_the_directory if {
	found := policy.unknown with input as fixture.estate({good, application({"SslFlags": null})}) with data.params as {}
	{answer.subject | some answer in found} == {fixture.subject(good)}
}

test_undecided_directory if {
	every property in {"BasicAuthEnabled", "WindowsAuthEnabled"} {
		violations({changed({property: fixture.ad_only})} | iis, {}) == set()
		unknowns({changed({property: fixture.ad_only})} | iis, {}) == {["ad_only", property]}
		unknowns({object.remove(good, {property})} | iis, {}) == {["property_absent", property]}
		unknowns({object.remove(plain, {property})} | iis, {}) == set()
	}
	every params in {{}, declared} {
		violations({changed({"ClientCertAuth": null})} | iis, params) == set()
		unknowns({changed({"ClientCertAuth": null})} | iis, params) == {["null_value", "ClientCertAuth"]}
		violations({changed({"ClientCertAuth": fixture.ad_only})} | iis, params) == set()
		unknowns({changed({"ClientCertAuth": fixture.ad_only})} | iis, params) == {["ad_only", "ClientCertAuth"]}
		left_out({changed({"ClientCertAuth": null})} | iis, params) == set()
	}
}

test_back_end_is_not_judged if {
	back := changed({"_site": "backend", "BasicAuthEnabled": true, "ClientCertAuth": "Accepted"})
	violations({back} | iis, declared) == set()
	unknowns({object.remove(back, {"ClientCertAuth"})}, declared) == set()
	left_out({object.union(back, {"ClientCertAuth": "Ignore"})}, {}) == set()
	left_out({back}, device) == set()
}
