package lib.params_test

import data.lib.fixture
import data.lib.params

exposure := {
	"internet": ["EXCAS*", "EDGE1"],
	"exo_only": ["exhyb?"],
	"internal": ["EX*"],
}

test_classify if {
	params.classify("EXCAS01") == "internet" with data.params as {"exposure": exposure}
	params.classify("edge1") == "internet" with data.params as {"exposure": exposure}
	params.classify("EXHYB1") == "exo_only" with data.params as {"exposure": exposure}
	params.classify("EX01") == "internal" with data.params as {"exposure": exposure}
}

test_classify_order if {
	both := {"exposure": {"internal": ["*"], "exo_only": ["*"], "internet": ["*"]}}
	params.classify("EX01") == "internet" with data.params as both
	rest := {"exposure": {"internal": ["*"], "exo_only": ["*"]}}
	params.classify("EX01") == "exo_only" with data.params as rest
}

test_a_glob_covers_the_whole_name if {
	not params.classify("MYEXCAS01") with data.params as {"exposure": {"internet": ["EXCAS*"]}}
	not params.classify("EDGE12") with data.params as {"exposure": {"internet": ["EDGE1"]}}
	params.classify("ex.contoso.com") == "internet" with data.params as {"exposure": {"internet": ["*"]}}
}

test_classify_unknown if {
	not params.classify("SRV1") with data.params as {"exposure": exposure}
	not params.classify(null) with data.params as {"exposure": exposure}
	not params.classify("EX01") with data.params as {}
}

estate := fixture.estate({fixture.ews("EXCAS01", {}), fixture.mapi("EX01", {}), fixture.oab("SRV1", {})})

test_exposure if {
	params.exposure("EXCAS01") == "internet" with input as estate with data.params as {"exposure": exposure}
	params.exposure("EX01") == "internal" with input as estate with data.params as {"exposure": exposure}
	not params.exposure("SRV1") with input as estate with data.params as {"exposure": exposure}
	not params.exposure(null) with input as estate with data.params as {"exposure": exposure}
	not params.exposure("EX01") with input as estate with data.params as {}
}

test_external if {
	params.external("EXCAS01") with input as estate with data.params as {"exposure": exposure}
	not params.external("EX01") with input as estate with data.params as {"exposure": exposure}
	not params.external("SRV1") with input as estate with data.params as {"exposure": exposure}
}

test_exposure_missing if contains(params.exposure_missing("EX01"), "EX01")

test_certificate_device if {
	params.certificate_device("EX01") with data.params as {"certificate_device_servers": ["ex0*"]}
	not params.certificate_device("EX11") with data.params as {"certificate_device_servers": ["ex0*"]}
	not params.certificate_device("EX01") with data.params as {}
}

test_hybrid if {
	words := {"none", "classic_minimal", "classic_full", "modern_agent"}
	every word in words {
		params.hybrid == word with data.params as {"hybrid": word}
	}
	not params.hybrid with data.params as {"hybrid": "full"}
	not params.hybrid with data.params as {}
}

test_cloud if {
	params.cloud == "china" with data.params as {"cloud": "china"}
	params.cloud == "global" with data.params as {"cloud": ""}
	params.cloud == "global" with data.params as {"cloud": null}
	params.cloud == "global" with data.params as {}
}

test_declared if {
	params.declared("auth_servers") == {"acs", "evosts"} with data.params as {"auth_servers": ["ACS", "EvoSts", 5]}
	params.declared("auth_servers") == set() with data.params as {"auth_servers": []}
	params.declared("auth_servers") == set() with data.params as {}
}

test_is_declared if {
	declared := {"auth_servers": ["evosts", "00000001-0000-0000-c000-000000000000"]}
	byname := {"Name": "EvoSts", "IssuerIdentifier": "x"}
	byissuer := {"Name": "ACS", "IssuerIdentifier": "00000001-0000-0000-C000-000000000000"}
	properties := {"Name", "IssuerIdentifier"}
	params.is_declared("auth_servers", byname, properties) with data.params as declared
	params.is_declared("auth_servers", byissuer, properties) with data.params as declared
	not params.is_declared("auth_servers", byissuer, {"Name"}) with data.params as declared
	not params.is_declared("auth_servers", {"Name": null}, properties) with data.params as declared
	not params.is_declared("auth_servers", byname, properties) with data.params as {}
}

test_graph_app_only if {
	params.graph_app_only with data.params as {"graph_app_only": true}
	not params.graph_app_only with data.params as {"graph_app_only": false}
	not params.graph_app_only with data.params as {}
}

test_namespaces if {
	params.namespaces == {"mail.contoso.com", "exo.contoso.com"} with data.params as {"namespaces": {
		"Mail.contoso.com": {"paths": ["ews"]},
		"exo.contoso.com": {},
	}}
	params.namespaces == set() with data.params as {}
}
