package exchange.authorization.client_certificate_unfit_test

import data.exchange.authorization.client_certificate_unfit as policy
import data.lib.fixture

ex01 := fixture.exchange_server("EX01", {})

factory := {
	"Services": "IIS, SMTP",
	"PublicKeyAlgorithm": "RSA",
	"SignatureAlgorithm": "sha256RSA",
}

shown(changes) := fixture.certificate("EX01", "AA01", object.union(factory, changes))

# What Exchange makes for its own back end.
own := fixture.certificate("EX01", "BB02", object.union(factory, {
	"Subject": "CN=EX01",
	"Issuer": "CN=EX01",
	"CertificateDomains": ["ex01", "ex01.contoso.com"],
	"NotAfter": "2026-01-01T00:00:00Z",
}))

ews(address) := fixture.ews("EX01", {"ExternalUrl": address})

mail := ews("https://mail.contoso.com/EWS/Exchange.asmx")

service := fixture.client_access_service("EX01", {})

around := {ex01, mail, service}

subject := fixture.subject(ex01)

violations(resources) := found if {
	found := policy.violation with input as fixture.estate(resources)
}

reasons(whole) := {[answer.subject, answer.reason] | some answer in found} if {
	found := policy.unknown with input as whole
}

unknowns(resources) := reasons(fixture.estate(resources))

words(resources) := {answer.reason | some answer in found} if {
	found := policy.unknown with input as fixture.estate(resources)
}

found(changes) := violations(around | {shown(changes)})

unknown(changes) := words(around | {shown(changes)})

silent(resources) if {
	violations(resources) == set()
	unknowns(resources) == set()
}

wrong(property, observed, expected, message) := {
	"subject": subject,
	"resource": fixture.judged(shown({})),
	"property": property,
	"observed": observed,
	"expected": expected,
	"message": message,
}

low(answer) := object.union(answer, {"severity": "low"})

test_good_is_silent if {
	silent(around | {shown({})})
	silent(around | {shown({}), fixture.certificate("EX01", "CC03", object.union(factory, {
		"Services": "SMTP", "NotAfter": "2020-01-01T00:00:00Z", "PublicKeySize": 1024,
	}))})
	silent(around | {shown({"CertificateDomains": ["*.contoso.com"]})})
}

test_missing_name if {
	found({"CertificateDomains": ["mail.contoso.com"]}) == {wrong(
		"CertificateDomains", ["mail.contoso.com"], "with autodiscover.contoso.com",
		"The certificate that clients see lacks autodiscover.contoso.com.",
	)}
	unknown({"CertificateDomains": ["mail.contoso.com"]}) == set()
	# Nobody knows what was cut off.
	cut := {"CertificateDomains": ["mail.contoso.com", {"$undecided": "too_deep"}]}
	found(cut) == set()
	unknown(cut) == {"too_deep"}
	found({"CertificateDomains": ["example.net"]}) == {wrong(
		"CertificateDomains", ["example.net"], "with autodiscover.contoso.com, mail.contoso.com",
		"The certificate that clients see lacks autodiscover.contoso.com, mail.contoso.com.",
	)}
}

test_every_directory_counts if {
	address := {"InternalUrl": "https://inside.contoso.com/x"}
	every directory in {
		fixture.ews("EX01", address), fixture.mapi("EX01", address), fixture.oab("EX01", address),
		fixture.activesync("EX01", address),
		object.union(fixture.oab("EX01", address), {"_kind": "OwaVirtualDirectory"}),
		object.union(fixture.oab("EX01", address), {"_kind": "EcpVirtualDirectory"}),
	} {
		count(violations({ex01, directory, service, shown({})})) == 1
	}
	silent({ex01, fixture.powershell("EX01", address), mail, service, shown({})})
	silent({ex01, mail, service, shown({}), object.union(fixture.oab("EX01", address), {"_site": "backend"})})
	silent({ex01, mail, service, shown({}), fixture.oab("EX02", address)})
}

test_the_subject_is_a_name_where_there_is_no_other if {
	silent({ex01, mail, shown({"CertificateDomains": [], "Subject": "CN=mail.contoso.com, O=Contoso"})})
	violations({ex01, mail, shown({"CertificateDomains": [], "Subject": "O=Contoso"})}) == {wrong(
		"CertificateDomains", [], "with mail.contoso.com",
		"The certificate that clients see lacks mail.contoso.com.",
	)}
	subject_beside := {"CertificateDomains": ["autodiscover.contoso.com"], "Subject": "CN=mail.contoso.com"}
	count(found(subject_beside)) == 1
	words({ex01, mail, shown({"CertificateDomains": [], "Subject": null})}) == {"null_value"}
}

end(moment, message) := wrong("NotAfter", moment, "more than 60 days from now", message)

test_expired if {
	found({"NotAfter": "2026-11-21T02:00:00Z"}) == {end(
		"2026-11-21T02:00:00Z", "The certificate that clients see expired on 2026-11-21.",
	)}
}

test_less_than_30_days if {
	every moment in {"2026-11-21T02:00:01Z", "2026-12-21T01:59:59Z"} {
		found({"NotAfter": moment}) == {end(moment, sprintf(
			"The certificate that clients see expires on %s, in less than 30 days.",
			[substring(moment, 0, 10)],
		))}
	}
}

test_within_60_days_warns if {
	every moment in {"2026-12-21T02:00:00Z", "2027-01-20T02:00:00Z"} {
		found({"NotAfter": moment}) == {low(end(moment, sprintf(
			"The certificate that clients see expires on %s, within 60 days.",
			[substring(moment, 0, 10)],
		)))}
	}
	found({"NotAfter": "2027-01-20T02:00:01Z"}) == set()
}

test_short_key if {
	found({"PublicKeySize": 1024}) == {wrong(
		"PublicKeySize", 1024, 2048,
		"The certificate that clients see has a key of 1024 bits.",
	)}
	unknown({"PublicKeySize": 1024}) == set()
}

test_a_curve_has_fewer_bits if {
	every algorithm in {"ECC", "1.2.840.10045.2.1"} {
		silent(around | {shown({"PublicKeySize": 256, "PublicKeyAlgorithm": algorithm})})
		silent(around | {shown({"PublicKeySize": null, "PublicKeyAlgorithm": algorithm})})
	}
}

test_a_key_that_is_not_known if {
	every odd in {null, "1024", {"$undecided": "truncated"}} {
		found({"PublicKeySize": odd}) == set()
		unknown({"PublicKeySize": odd}) == {"property_absent"}
	}
	found({"PublicKeySize": 1024, "PublicKeyAlgorithm": null}) == set()
	unknown({"PublicKeySize": 1024, "PublicKeyAlgorithm": null}) == {"property_absent"}
	unknown({"PublicKeySize": 4096, "PublicKeyAlgorithm": null}) == set()
}

test_signature if {
	every strong in {"sha256RSA", "sha384ECDSA", "sha512RSA", "SHA-256"} {
		silent(around | {shown({"SignatureAlgorithm": strong})})
	}
	found({"SignatureAlgorithm": "sha1RSA"}) == {low(wrong(
		"SignatureAlgorithm", "sha1RSA", "SHA-2", "The certificate that clients see is signed with sha1RSA.",
	))}
	every broken in {"md5RSA", "md2RSA", "1.2.840.113549.1.1.4"} {
		found({"SignatureAlgorithm": broken}) == {wrong(
			"SignatureAlgorithm", broken, "SHA-2",
			sprintf("The certificate that clients see is signed with %s.", [broken]),
		)}
	}
}

test_a_signature_that_is_not_known if {
	found({"SignatureAlgorithm": "RSASSA-PSS"}) == set()
	unknown({"SignatureAlgorithm": "RSASSA-PSS"}) == {"algorithm_not_known"}
	unknown({"SignatureAlgorithm": null}) == {"null_value"}
}

test_unreadable_values_are_unknown if {
	every property in {"NotAfter", "CertificateDomains", "SignatureAlgorithm"} {
		cut := shown({property: {"$undecided": "truncated"}})
		violations(around | {cut}) == set()
		unknowns(around | {cut}) == {[subject, "truncated"]}
		violations(around | {shown({property: null})}) == set()
		unknowns(around | {shown({property: null})}) == {[subject, "null_value"]}
		absent := object.remove(shown({}), {property})
		violations(around | {absent}) == set()
		unknowns(around | {absent}) == {[subject, "property_absent"]}
	}
	found({"NotAfter": "21.11.2030"}) == set()
	unknown({"NotAfter": "21.11.2030"}) == {"not_a_date"}
}

test_the_back_ends_own_certificate_is_not_judged if {
	silent(around | {shown({}), own})
}

test_alone_it_is_what_clients_see if {
	{answer.property | some answer in violations(around | {own})} == {"CertificateDomains", "NotAfter"}
	self_signed := {"Subject": "CN=mail.contoso.com", "Issuer": "CN=mail.contoso.com"}
	silent(around | {shown(self_signed)})
}

test_certificates_of_edge_servers_are_not_judged if {
	edge := fixture.exchange_server("EDGE01", {"IsEdgeServer": true})
	of_edge := {object.remove(fixture.certificate("EDGE01", key, factory), {"Issuer", "NotAfter"}) | some key in {"EE01", "EE02"}}
	silent(around | {shown({}), edge} | of_edge)
}

test_one_of_several_covers_everything if {
	second := fixture.certificate("EX01", "DD04", object.union(factory, {"CertificateDomains": ["inside.contoso.com"]}))
	silent(around | {shown({}), second})
	count(violations(around | {shown({"CertificateDomains": ["mail.contoso.com"]}), second})) == 2
}

test_several_and_an_issuer_that_is_not_known if {
	nameless := object.remove(own, {"Issuer"})
	violations(around | {shown({}), nameless}) == set()
	unknowns(around | {shown({}), nameless}) == {[subject, "property_absent"]}
	silent(around | {object.remove(shown({}), {"Issuer"})})
}

test_services_that_were_not_exported if {
	every odd in {null, "12", {"$undecided": "enum_number"}} {
		violations(around | {shown({"Services": odd, "NotAfter": "2020-01-01T00:00:00Z"})}) == set()
		unknowns(around | {shown({"Services": odd})}) == {[subject, "property_absent"]}
		unknowns(around | {shown({}), fixture.certificate("EX01", "CC03", object.union(factory, {"Services": odd}))}) == {[subject, "property_absent"]}
	}
	absent := object.remove(shown({}), {"Services"})
	unknowns(around | {absent}) == {[subject, "property_absent"]}
	violations(around | {absent}) == set()
	elsewhere := object.union(fixture.certificate("EX02", "CC03", factory), {"Services": null})
	silent(around | {shown({}), elsewhere})
}

test_no_certificate_for_clients if {
	violations(around | {shown({"Services": "SMTP"})}) == {{
		"subject": subject,
		"property": null,
		"observed": null,
		"expected": "a certificate with the service IIS",
		"message": "No certificate of this server has the service IIS: clients get no trusted answer.",
	}}
	violations({ex01, service, shown({"Services": "None"})}) == set()
	unknowns({ex01, service, shown({"Services": "None"})}) == {[subject, "not_collected"]}
	unknowns(around | {shown({"Services": "SMTP"})}) == set()
}

not_seen(kind, state) := object.union(fixture.estate(around | {shown({})}), {"coverage": [row |
	some seen in fixture.estate(set()).coverage
	row := object.union(seen, changed(seen, kind, state))
]})

changed(row, kind, state) := {"state": "partial", "except": [{"server": "EX01", "state": state}]} if {
	row.kind == kind
} else := {}

test_directories_that_were_not_seen if {
	every kind in {
		"WebServicesVirtualDirectory", "MapiVirtualDirectory", "OabVirtualDirectory", "OwaVirtualDirectory",
		"EcpVirtualDirectory", "ActiveSyncVirtualDirectory", "ClientAccessService",
	} {
		reasons(not_seen(kind, "denied")) == {[subject, "denied"]}
	}
	reasons(not_seen("PowerShellVirtualDirectory", "denied")) == set()
}

test_certificates_that_were_not_seen_are_not_missing if {
	dark := object.union(fixture.estate(around), {"coverage": [{
		"plane": "onprem", "kind": "ExchangeCertificate", "state": "partial",
		"except": [{"server": "EX01", "state": "failed"}],
	}]})
	found := policy.violation with input as dark
	found == set()
}

test_addresses_that_are_not_known if {
	absent := object.remove(mail, {"InternalUrl"})
	unknowns({ex01, absent, service, shown({})}) == {[subject, "property_absent"]}
	cut := object.union(mail, {"ExternalUrl": {"$undecided": "truncated"}})
	unknowns({ex01, cut, service, shown({})}) == {[subject, "truncated"]}
	silent({ex01, ews(null), service, shown({})})
	bare := object.remove(service, {"AutoDiscoverServiceInternalUri"})
	unknowns({ex01, mail, bare, shown({})}) == {[subject, "property_absent"]}
	silent({ex01, mail, object.union(service, {"AutoDiscoverServiceInternalUri": null}), shown({})})
}

test_edge_is_not_judged if {
	edge := fixture.exchange_server("EX01", {"IsEdgeServer": true, "ServerRole": "Edge"})
	silent({edge, shown({"NotAfter": "2020-01-01T00:00:00Z"})})
	skipped := policy.not_applicable with input as fixture.estate({edge})
	skipped == {{"subject": subject, "reason": "edge_server"}}
	none := policy.not_applicable with input as fixture.estate({ex01})
	none == set()
}

test_servers_are_judged_one_by_one if {
	ex02 := fixture.exchange_server("EX02", {})
	expired := fixture.certificate("EX02", "AA01", object.union(factory, {"NotAfter": "2020-01-01T00:00:00Z"}))
	{answer.subject.id | some answer in violations(around | {shown({}), ex02, expired})} == {"EX02"}
}
