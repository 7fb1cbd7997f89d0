package exchange.directories.foreign_host_in_addresses_test

import data.exchange.directories.foreign_host_in_addresses as policy
import data.lib.fixture

good := "https://mail.contoso.com/x"

declared := {
	"namespaces": {"mail.contoso.com": {}, "Autodiscover.contoso.com": {}},
	"exposure": {"internal": ["*"]},
}

urls := {"InternalUrl": good, "ExternalUrl": good}

all := [
	fixture.ews("EX01", urls),
	fixture.mapi("EX01", urls),
	fixture.oab("EX01", urls),
	fixture.owa("EX01", urls),
	fixture.ecp("EX01", urls),
	fixture.activesync("EX01", urls),
]

service := fixture.client_access_service("EX01", {})

healthy := {directory | some directory in all} | {service}

with_own(resource, changes) := {other | some other in healthy; other._kind != resource._kind} | {object.union(resource, changes)}

violations(resources, params) := found if {
	found := policy.violation with input as fixture.estate(resources) with data.params as params
}

unknowns(resources, params) := {[answer.subject, answer.reason] | some answer in found} if {
	found := policy.unknown with input as fixture.estate(resources) with data.params as params
}

wrong(resource, property, observed) := {
	"subject": fixture.subject(resource),
	"property": property,
	"observed": observed,
	"expected": "https and a host of params.namespaces",
}

test_who_is_judged if {
	back := fixture.ews("EX02", {"_site": "backend"})
	found := policy.subject with input as fixture.estate(healthy | {back, fixture.powershell("EX01", {})})
		with data.params as declared
	found == {fixture.judged(resource) | some resource in healthy}
}

test_declared_hosts_are_silent if {
	violations(healthy, declared) == set()
	unknowns(healthy, declared) == set()
}

test_nothing_set_is_silent_inside if {
	every directory in all {
		every nothing in [null, ""] {
			bare := with_own(directory, {"InternalUrl": nothing, "ExternalUrl": nothing})
			violations(bare, declared) == set()
			unknowns(bare, declared) == set()
		}
	}
	violations(with_own(service, {"AutoDiscoverServiceInternalUri": null}), declared) == set()
	unknowns(with_own(service, {"AutoDiscoverServiceInternalUri": ""}), declared) == set()
}

test_a_foreign_host_in_each_address if {
	foreign := "https://mail.fabrikam.com/x"
	every directory in all {
		every property in {"InternalUrl", "ExternalUrl"} {
			violations(with_own(directory, {property: foreign}), declared) == {wrong(directory, property, foreign)}
		}
	}
	violations(with_own(service, {"AutoDiscoverServiceInternalUri": foreign}), declared) == {wrong(
		service,
		"AutoDiscoverServiceInternalUri",
		foreign,
	)}
}

test_without_tls if {
	plain := "http://mail.contoso.com/x"
	violations(with_own(all[0], {"InternalUrl": plain}), declared) == {wrong(all[0], "InternalUrl", plain)}
	violations(with_own(all[0], {"InternalUrl": "HTTPS://MAIL.contoso.com:443/x"}), declared) == set()
}

test_no_address_at_all if {
	text := "mail.contoso.com/x"
	violations(with_own(all[0], {"InternalUrl": text}), declared) == {wrong(all[0], "InternalUrl", text)}
}

test_other_addresses_are_not_judged if {
	foreign := {"InternalUrl": "http://x.fabrikam.com/", "ExternalUrl": "http://x.fabrikam.com/"}
	violations(healthy | {fixture.autodiscover("EX01", foreign), fixture.powershell("EX01", foreign)}, declared) == set()
	every directory in all {
		back := object.union_n([directory, foreign, {"_site": "backend"}])
		violations({back}, declared) == set()
		unknowns({object.union(back, {"InternalUrl": {"$undecided": "truncated"}})}, declared) == set()
	}
}

test_the_name_of_a_server_outside if {
	server := fixture.exchange_server("EX01", {"Fqdn": "Mail.contoso.com"})
	inside := {resource | some resource in with_own(all[1], {"ExternalUrl": null}); resource._kind in {"MapiVirtualDirectory", "ClientAccessService"}}
	violations(inside | {server}, declared) == set()
	outside := fixture.ews("EX01", {"InternalUrl": null, "ExternalUrl": good})
	violations({outside, server}, declared) == {object.union(
		wrong(outside, "ExternalUrl", good),
		{"expected": "a name of the namespace, not of one server"},
	)}
	violations({outside, object.remove(server, {"Fqdn"})}, declared) == set()
	plain := "http://mail.contoso.com/x"
	violations({object.union(outside, {"ExternalUrl": plain}), server}, declared) == {wrong(outside, "ExternalUrl", plain)}
}

facing := object.union(declared, {"exposure": {"internet": ["EX01"], "internal": []}})

test_no_external_address_on_an_external_server_warns if {
	every directory in all {
		warned := {object.union(wrong(directory, "ExternalUrl", null), {
			"expected": "an address of the namespace",
			"severity": "low",
		}) |
			directory._kind in {"WebServicesVirtualDirectory", "MapiVirtualDirectory", "OabVirtualDirectory"}
		}
		violations(with_own(directory, {"ExternalUrl": null}), facing) == warned
	}
	violations(with_own(all[0], {"InternalUrl": null}), facing) == set()
}

test_exposure_matters_without_an_external_address_alone if {
	unstated := {"namespaces": declared.namespaces}
	unknowns(healthy, unstated) == set()
	violations(with_own(all[0], {"ExternalUrl": null}), unstated) == set()
	unknowns(with_own(all[0], {"ExternalUrl": null}), unstated) == {[fixture.subject(all[0]), "param_missing"]}
	unknowns(with_own(all[1], {"ExternalUrl": null}), unstated) == {[fixture.subject(all[1]), "param_missing"]}
	unknowns(with_own(all[2], {"ExternalUrl": null}), unstated) == {[fixture.subject(all[2]), "param_missing"]}
	unknowns(with_own(all[3], {"ExternalUrl": null}), unstated) == set()
}

test_nothing_declared_is_unknown if {
	none := {"namespaces": {}, "exposure": {"internal": ["*"]}}
	violations(healthy, none) == set()
	unknowns(healthy, none) == {[fixture.subject(resource), "param_missing"] | some resource in healthy}
	bare := object.union(all[0], {"InternalUrl": null, "ExternalUrl": null})
	unknowns({bare}, none) == set()
}

test_undecided_is_unknown if {
	cut := {"$undecided": "truncated"}
	every directory in all {
		every property in {"InternalUrl", "ExternalUrl"} {
			violations(with_own(directory, {property: cut}), declared) == set()
			unknowns(with_own(directory, {property: cut}), declared) == {[fixture.subject(directory), "truncated"]}
			absent := object.remove(directory, {property})
			violations({absent}, facing) == set()
			unknowns({absent}, declared) == {[fixture.subject(directory), "property_absent"]}
		}
	}
	unknowns({object.remove(service, {"AutoDiscoverServiceInternalUri"})}, declared) == {[
		fixture.subject(service),
		"property_absent",
	]}
}
