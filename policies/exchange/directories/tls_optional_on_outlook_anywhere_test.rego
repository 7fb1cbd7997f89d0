package exchange.directories.tls_optional_on_outlook_anywhere_test

import data.exchange.directories.tls_optional_on_outlook_anywhere as policy
import data.lib.fixture

clean := fixture.outlook_anywhere("EX01", {
	"SSLOffloading": false,
	"InternalClientsRequireSsl": true,
	"ExternalClientsRequireSsl": true,
	"ExternalHostname": "mail.contoso.com",
	"ExtendedProtectionTokenChecking": "None",
})

changed(changes) := object.union(clean, changes)

violations(resource, params) := found if {
	found := policy.violation with input as fixture.estate({resource}) with data.params as params
}

unknowns(resource) := {[answer.subject, answer.reason, answer.property] | some answer in found} if {
	found := policy.unknown with input as fixture.estate({resource}) with data.params as {}
}

wrong(property, observed, expected) := {
	"subject": fixture.subject(clean),
	"property": property,
	"observed": observed,
	"expected": expected,
}

missing(reason, property) := {[fixture.subject(clean), reason, property]}

test_tls_everywhere_is_silent if {
	violations(clean, {}) == set()
	unknowns(clean) == set()
}

test_offloading if {
	violations(changed({"SSLOffloading": true}), {}) == {wrong("SSLOffloading", true, false)}
	unknowns(changed({"SSLOffloading": true})) == set()
}

test_internal_clients if {
	violations(changed({"InternalClientsRequireSsl": false}), {}) == {wrong("InternalClientsRequireSsl", false, true)}
}

test_external_clients if {
	violations(changed({"ExternalClientsRequireSsl": false}), {}) == {wrong("ExternalClientsRequireSsl", false, true)}
	unknowns(changed({"ExternalClientsRequireSsl": false})) == set()
}

test_without_external_name_the_external_flag_does_not_count if {
	every nothing in {null, ""} {
		violations(changed({"ExternalClientsRequireSsl": false, "ExternalHostname": nothing}), {}) == set()
		unknowns(changed({"ExternalClientsRequireSsl": false, "ExternalHostname": nothing})) == set()
		unknowns(changed({"ExternalClientsRequireSsl": null, "ExternalHostname": nothing})) == set()
	}
}

test_untouched_server if {
	factory := changed({
		"SSLOffloading": true,
		"InternalClientsRequireSsl": false,
		"ExternalClientsRequireSsl": false,
		"ExternalHostname": null,
	})
	violations(factory, {}) == {
		wrong("SSLOffloading", true, false),
		wrong("InternalClientsRequireSsl", false, true),
	}
}

test_severity if {
	full := wrong("SSLOffloading", true, false)
	lower_one := object.union(full, {"severity": "medium"})
	offloading := changed({"SSLOffloading": true})
	violations(offloading, {"exposure": {"internet": ["*"]}}) == {full}
	violations(offloading, {"exposure": {"internal": ["EX02"]}}) == {full}
	every word in {"internal", "exo_only"} {
		inside := {"exposure": {word: ["*"]}}
		violations(offloading, inside) == {lower_one}
		violations(object.union(offloading, {"ExtendedProtectionTokenChecking": "Require"}), inside) == {full}
		violations(object.union(offloading, {"ExtendedProtectionTokenChecking": "Allow"}), inside) == {full}
		violations(object.remove(offloading, {"ExtendedProtectionTokenChecking"}), inside) == {full}
		external := wrong("ExternalClientsRequireSsl", false, true)
		violations(changed({"ExternalClientsRequireSsl": false}), inside) == {object.union(external, {"severity": "medium"})}
	}
}

test_back_end_is_not_judged if {
	back := changed({
		"_site": "backend", "SSLOffloading": true, "InternalClientsRequireSsl": false,
		"ExternalClientsRequireSsl": false,
	})
	violations(back, {}) == set()
	unknowns(object.remove(back, {"ExternalHostname"})) == set()
	unknowns(object.remove(back, {"ExternalClientsRequireSsl"})) == set()
}

test_undecided_is_not_a_violation if {
	properties := {"SSLOffloading", "InternalClientsRequireSsl", "ExternalClientsRequireSsl"}
	violations(object.remove(clean, properties), {}) == set()
	violations(changed({p: null | some p in properties}), {}) == set()
	violations(changed({p: fixture.ad_only | some p in properties}), {}) == set()
}

test_undecided_external_flag_is_unknown if {
	unknowns(object.remove(clean, {"ExternalClientsRequireSsl"})) == missing("property_absent", "ExternalClientsRequireSsl")
	unknowns(changed({"ExternalClientsRequireSsl": null})) == missing("null_value", "ExternalClientsRequireSsl")
	unknowns(changed({"ExternalClientsRequireSsl": fixture.ad_only})) == missing("ad_only", "ExternalClientsRequireSsl")
}

test_undecided_external_name if {
	no_name := object.remove(clean, {"ExternalHostname"})
	violations(no_name, {}) == set()
	unknowns(no_name) == set()
	no_tls := object.union(no_name, {"ExternalClientsRequireSsl": false})
	violations(no_tls, {}) == set()
	unknowns(no_tls) == missing("property_absent", "ExternalHostname")
	marked := changed({"ExternalClientsRequireSsl": false, "ExternalHostname": {"$undecided": "truncated"}})
	violations(marked, {}) == set()
	unknowns(marked) == missing("truncated", "ExternalHostname")
}
