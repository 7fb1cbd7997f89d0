package lib.certificates_test

import data.lib.certificates
import data.lib.fixture

estate := fixture.estate({
	fixture.exchange_server("EX01", {}),
	fixture.exchange_server("EX02", {}),
	fixture.exchange_server("EDGE1", {"IsEdgeServer": true, "ServerRole": "Edge"}),
	fixture.exchange_server("OLD1", {"AdminDisplayVersion": "14.3.123.4"}),
	fixture.exchange_server("NEW1", {"IsEdgeServer": null, "ServerRole": null}),
	fixture.certificate("EX01", "AA01", {"NotAfter": {"$undecided": "truncated"}}),
	fixture.certificate("EX02", "AA01", {}),
	fixture.certificate("EX02", "BB02", {"NotAfter": null}),
	fixture.auth_config({
		"PreviousCertificateThumbprint": "AA01",
		"CurrentCertificateThumbprint": "BB02",
		"NextCertificateThumbprint": "CC03",
	}),
})

test_carriers if {
	certificates.carriers == {"EX01", "EX02"} with input as estate
	certificates.unplaced == {"NEW1"} with input as estate
}

test_unseen if {
	certificates.unseen == {} with input as estate
	dark := fixture.partly({fixture.exchange_server("EX01", {})}, "onprem", "ExchangeCertificate")
	certificates.unseen == {} with input as dark
	certificates.unseen == {"EX01": "not_collected"} with input as object.union(dark, {"coverage": []})
}

keys(thumbprint) := {certificate._key | some certificate in found} if {
	found := certificates.copies(thumbprint) with input as estate
}

test_copies if {
	keys("AA01") == {"EX01\\AA01", "EX02\\AA01"}
	keys("CC03") == set()
}

absent_from(thumbprint) := found if {
	found := certificates.absent_from(thumbprint) with input as estate
}

test_absent_from if {
	absent_from("AA01") == set()
	absent_from("BB02") == {"EX01"}
	absent_from("CC03") == {"EX01", "EX02"}
}

test_absent_from_says_nothing_of_what_was_not_seen if {
	rows := [{"plane": "onprem", "kind": "ExchangeCertificate", "state": "partial", "except": [{
		"server": "EX01",
		"state": "denied",
	}]}]
	found := certificates.absent_from("CC03") with input as object.union(estate, {"coverage": rows})
	found == {"EX02"}
}

dated(thumbprint) := found if {
	found := certificates.dated(thumbprint) with input as estate
}

test_dated if {
	dated("AA01")._key == "EX02\\AA01"
	not dated("BB02")
	not dated("CC03")
}

named(property) := found if {
	found := certificates.dated("DD04") with input as fixture.estate({
		fixture.certificate("EX02", "DD04", {}),
		fixture.auth_config({property: "DD04"}),
	})
}

test_dated_by_its_place if {
	named("PreviousCertificateThumbprint")
	named("CurrentCertificateThumbprint")
	named("NextCertificateThumbprint")
	not named("Realm")
}
