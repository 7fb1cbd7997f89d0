package lib.params_test

import data.lib.params

exposure := {
	"internet": ["EXCAS*", "EDGE1"],
	"exo_only": ["exhyb?"],
	"internal": ["EX*"],
}

test_exposure if {
	params.exposure("EXCAS01") == "internet" with data.params as {"exposure": exposure}
	params.exposure("edge1") == "internet" with data.params as {"exposure": exposure}
	params.exposure("EXHYB1") == "exo_only" with data.params as {"exposure": exposure}
	params.exposure("EX01") == "internal" with data.params as {"exposure": exposure}
}

test_exposure_order if {
	both := {"exposure": {"internal": ["*"], "exo_only": ["*"], "internet": ["*"]}}
	params.exposure("EX01") == "internet" with data.params as both
	rest := {"exposure": {"internal": ["*"], "exo_only": ["*"]}}
	params.exposure("EX01") == "exo_only" with data.params as rest
}

test_a_glob_covers_the_whole_name if {
	not params.exposure("MYEXCAS01") with data.params as {"exposure": {"internet": ["EXCAS*"]}}
	not params.exposure("EDGE12") with data.params as {"exposure": {"internet": ["EDGE1"]}}
	params.exposure("ex.contoso.com") == "internet" with data.params as {"exposure": {"internet": ["*"]}}
}

test_exposure_unknown if {
	not params.exposure("SRV1") with data.params as {"exposure": exposure}
	not params.exposure(null) with data.params as {"exposure": exposure}
	not params.exposure("EX01") with data.params as {}
}

# One by one and all at once, the answers are the same.
test_exposures if {
	servers := {"EXCAS01", "edge1", "EDGE12", "EXHYB1", "EX01", "SRV1", "ex.contoso.com"}
	lists := [
		exposure,
		{"internal": ["*"], "exo_only": ["EX01"], "internet": ["ex01", "SRV?"]},
		{"internal": ["{srv1,edge1}"], "exo_only": ["ex[0-9]*"]},
		{"internet": [5, null, "edge1"]},
		{},
	]
	every list in lists {
		all := params.exposures(servers) with data.params as {"exposure": list}
		one := {server: word | some server in servers; word := params.exposure(server)} with data.params as {"exposure": list}
		all == one
	}
	params.exposures(servers) == {} with data.params as {}
	names := {"exposure": {"internal": ["EX01", "srv1"], "exo_only": ["ex01"]}}
	params.exposures(servers) == {"EX01": "exo_only", "SRV1": "internal"} with data.params as names
	params.exposures({"EXCAS01", "SRV1"}) == {"EXCAS01": "internet"} with data.params as {"exposure": exposure}
}

test_external if {
	params.external("EXCAS01") with data.params as {"exposure": exposure}
	not params.external("EX01") with data.params as {"exposure": exposure}
	not params.external("SRV1") with data.params as {"exposure": exposure}
}

test_exposure_missing if contains(params.exposure_missing("EX01"), "EX01")

test_certificate_device if {
	params.certificate_device("EX01") with data.params as {"certificate_device_servers": ["ex0*"]}
	not params.certificate_device("EX11") with data.params as {"certificate_device_servers": ["ex0*"]}
	not params.certificate_device("EX01") with data.params as {}
}

test_certificate_server if {
	params.certificate_server("EX01") with data.params as {"certificate_servers": ["ex0*"]}
	params.certificate_server("ex02") with data.params as {"certificate_servers": ["EX01", "EX02"]}
	not params.certificate_server("EX11") with data.params as {"certificate_servers": ["ex0*"]}
	not params.certificate_server("EX01") with data.params as {"certificate_device_servers": ["ex0*"]}
	not params.certificate_server("EX01") with data.params as {}
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

published := {"namespaces": {
	"Mail.contoso.com": {"paths": ["EWS", "mapi", null], "tls": "bridge"},
	"rpc.contoso.com": {"paths": []},
	"owa.contoso.com": {"tls": null},
	"eas.contoso.com": {"paths": null, "tls": 5},
}}

test_tls if {
	params.tls == {"mail.contoso.com": "bridge"} with data.params as published
	params.tls == {} with data.params as {}
}

test_paths if {
	params.paths == {"mail.contoso.com": {"ews", "mapi"}} with data.params as published
	params.paths == {} with data.params as {}
}

test_free_busy_scope if {
	scopes := {"free_busy_scopes": {"On-premises to O365": "contoso.com/Groups/Sharing"}}
	params.free_busy_scope("on-premises to o365") == "contoso.com/Groups/Sharing" with data.params as scopes
	not params.free_busy_scope("Fabrikam") with data.params as scopes
	not params.free_busy_scope("Fabrikam") with data.params as {}
}

test_migration_servers if {
	params.migration_servers == [] with data.params as {"migration_servers": []}
	params.migration_servers == ["EX01"] with data.params as {"migration_servers": ["EX01"]}
	not params.migration_servers with data.params as {"migration_servers": null}
	not params.migration_servers with data.params as {}
}

test_offloaded if {
	names := {"namespaces": {"Mail.contoso.com": {"tls": "offload"}, "exo.contoso.com": {"tls": "bridge"}}}
	params.offloaded("mail.contoso.com") with data.params as names
	not params.offloaded("exo.contoso.com") with data.params as names
	not params.offloaded("other.contoso.com") with data.params as names
	not params.offloaded("mail.contoso.com") with data.params as {}
}
