package lib.applications_test

import data.lib.applications
import data.lib.fixture
import data.lib.fixture_web

directory := fixture.activesync("EX01", {})

application := fixture_web.iis_application("EX01", "Microsoft-Server-ActiveSync", {})

root := fixture_web.iis_application("EX01", "", {})

others := {
	fixture_web.iis_application("EX02", "Microsoft-Server-ActiveSync", {}),
	fixture_web.iis_application("EX02", "", {}),
	fixture_web.iis_application("EX01", "EWS", {}),
	fixture_web.iis_application("EX01", "Microsoft-Server-ActiveSync/Proxy", {}),
	object.union(application, {"SiteName": "Partners", "_key": "EX01\\Partners/Microsoft-Server-ActiveSync"}),
	object.union(root, {"SiteName": "Partners", "_key": "EX01\\Partners/"}),
}

behind(resources) := {found |
	application_found := applications.behind(directory) with input as fixture.estate(resources)
	found := application_found
}

site(of, resources) := {found |
	site_found := applications.site(of) with input as fixture.estate(resources)
	found := site_found
}

test_behind if {
	behind({application, root} | others) == {application}
	behind({root} | others) == set()
	shouted := object.union(application, {"SiteName": "DEFAULT WEB SITE"})
	behind({shouted}) == {shouted}
}

test_site if {
	site(directory, {application, root} | others) == {root}
	site(directory, {application} | others) == set()
	odd := object.union(directory, {"_key": "EX01\\Microsoft-Server-ActiveSync"})
	site(odd, {root}) == set()
}

test_nothing_was_read if {
	behind({directory}) == set()
	site(directory, {directory}) == set()
}
