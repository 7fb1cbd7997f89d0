package lib.extended_protection_test

import data.lib.extended_protection as ep
import data.lib.fixture

test_the_table_is_whole if {
	count(ep.expected) == 25
	ep.expected["default web site/owa"] == {
		"path": "Default Web Site/OWA",
		"token_checking": "Require",
		"ssl_flags": ["Ssl", "Ssl128"],
	}
	ep.expected["exchange back end/powershell"].ssl_flags == ["Ssl", "SslNegotiateCert", "Ssl128"]
	{path | some path, row in ep.expected; row.token_checking == "Allow"} == {
		"default web site/ews",
		"default web site/oab",
		"default web site/microsoft-server-activesync",
		"default web site/microsoft-server-activesync/proxy",
	}
	{path | some path, row in ep.expected; row.token_checking == "None"} == {
		"default web site/autodiscover",
		"default web site/powershell",
		"exchange back end/autodiscover",
	}
}

test_capable if {
	every build in [
		"15.0.1497.38", "15.0.1497.48", "15.1.2375.30", "15.1.2507.11", "15.1.2507.61",
		"15.2.986.28", "15.2.1118.11", "15.2.1258.12", "15.2.1748.10", "15.2.2562.17",
	] {
		ep.capable(build)
		not ep.incapable(build)
	}
}

test_incapable if {
	every build in [
		"15.0.1497.37", "15.0.1395.4", "15.1.2375.29", "15.1.2507.6", "15.1.2308.8", "15.1.225.42",
		"15.2.986.27", "15.2.1118.7", "15.2.922.7", "14.3.123.4",
	] {
		ep.incapable(build)
		not ep.capable(build)
	}
}

test_builds_that_nobody_knows if {
	every build in ["15.3.100.1", "16.0.1.1", "15.2.2562", null, ""] {
		not ep.capable(build)
		not ep.incapable(build)
	}
}

ews := fixture.iis("EX01", "Default Web Site", "/EWS", {})

other := fixture.iis("EX01", "Default Web Site", "/owa/Calendar", {})

test_applications_by_path_without_case if {
	back := fixture.iis("EX02", "Exchange Back End", "/MAPI/nspi", {})
	site := fixture.iis("EX01", "Default Web Site", "/", {})
	found := ep.found with input as fixture.estate({ews, other, back, site})
	{row | some row in found} == {
		{"server": "EX01", "path": "default web site/ews", "resource": ews},
		{"server": "EX02", "path": "exchange back end/mapi/nspi", "resource": back},
	}
}

test_directories_answer_where_iis_was_not_read if {
	directory := fixture.ews("EX01", {})
	alone := ep.found with input as fixture.estate({directory})
	alone == [{"server": "EX01", "path": "default web site/ews", "resource": directory}]
	read := fixture.iis("EX01", "Default Web Site", "/OWA", {})
	both := ep.found with input as fixture.estate({directory, read})
	both == [{"server": "EX01", "path": "default web site/owa", "resource": read}]
	elsewhere := ep.found with input as fixture.estate({directory, fixture.iis("EX02", "Default Web Site", "/OWA", {})})
	{"server": "EX01", "path": "default web site/ews", "resource": directory} in elsewhere
}

test_each_kind_of_directory if {
	every path, directory in {
		"ews": fixture.ews("EX01", {}),
		"autodiscover": fixture.autodiscover("EX01", {}),
		"ecp": fixture.ecp("EX01", {}),
		"mapi": fixture.mapi("EX01", {}),
		"microsoft-server-activesync": fixture.activesync("EX01", {}),
		"oab": fixture.oab("EX01", {}),
		"owa": fixture.owa("EX01", {}),
		"powershell": fixture.powershell("EX01", {}),
		"rpc": fixture.outlook_anywhere("EX01", {}),
	} {
		found := ep.found with input as fixture.estate({directory})
		found == [{"server": "EX01", "path": concat("/", ["default web site", path]), "resource": directory}]
	}
}

test_a_directory_of_another_site_answers_for_none if {
	partner := fixture.ews("EX01", {"_key": "EX01\\EWS (Partners)"})
	backend := fixture.ews("EX01", {"_key": "EX01\\EWS (Exchange Back End)", "_site": "backend"})
	every directory in [partner, backend, fixture.ews("EX01", {"_key": "EX01"})] {
		not found_on(directory)
	}
}

found_on(directory) if {
	found := ep.found with input as fixture.estate({directory})
	count(found) > 0
}

test_strength if {
	ep.strength("None") < ep.strength("Allow")
	ep.strength("Allow") < ep.strength("Require")
	not ep.strength("Off")
	not ep.strength(null)
}

missing(resources, build) := paths if {
	version := fixture.server_version("EX01", build)
	paths := ep.missing.EX01 with input as fixture.estate(resources | {version})
}

nothing_missing(resources, build) if {
	version := fixture.server_version("EX01", build)
	not ep.missing.EX01 with input as fixture.estate(resources | {version})
}

all_but_ews := {row.path | some row in ep.expected; row.path != "Default Web Site/EWS"}

test_missing if {
	missing({ews}, "15.2.1748.10") == all_but_ews
	missing({other}, "15.2.1748.10") == {row.path | some row in ep.expected}
	missing({fixture.ews("EX01", {})}, "15.2.1748.10") == all_but_ews
	missing({fixture.ews("EX01", {})}, "15.0.1497.40") == all_but_ews
	missing({fixture.ews("EX01", {})}, "15.2.922.7") == all_but_ews
}

test_paths_that_may_be_missing if {
	nothing_missing({ews}, "15.0.1497.40")
	nothing_missing({ews}, "15.2.922.7")
	nothing_missing({ews}, "16.0.1.1")
}

test_edge if {
	flagged := fixture.exchange_server("EDGE01", {"IsEdgeServer": true})
	named := object.remove(fixture.exchange_server("EDGE02", {"ServerRole": "Edge"}), {"IsEdgeServer"})
	mailbox := fixture.exchange_server("EX01", {})
	found := ep.edge with input as fixture.estate({flagged, named, mailbox})
	found == {"EDGE01", "EDGE02"}
}
