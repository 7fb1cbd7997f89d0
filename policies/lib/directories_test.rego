package lib.directories_test

import data.lib.directories
import data.lib.fixture

front := fixture.ews("EX01", {})

back := fixture.ews("EX01", {"_key": "EX01\\EWS (Exchange Back End)", "_site": "backend"})

frontends(kind) := found if {
	found := directories.frontends(kind) with input as fixture.estate({front, back})
}

test_frontends if {
	frontends("WebServicesVirtualDirectory") == [front]
	frontends("MapiVirtualDirectory") == []
}

test_by_exposure if {
	internet := fixture.ews("EXCAS01", {})
	inside := fixture.ews("EX01", {})
	nobody := fixture.ews("SRV1", {})
	lost := object.union(fixture.ews("EX02", {}), {"_server": null})
	lists := {"internet": ["EXCAS*"], "internal": ["EX*"]}
	found := directories.by_exposure("WebServicesVirtualDirectory") with input as fixture.estate({internet, inside, nobody, lost, back})
		with data.params as {"exposure": lists}
	found.internet == [internet]
	found.elsewhere == [inside]
	{directory._server | some directory in found.unstated} == {"SRV1", null}
}

test_by_exposure_undeclared if {
	found := directories.by_exposure("WebServicesVirtualDirectory") with input as fixture.estate({front, back})
		with data.params as {}
	found == {"internet": [], "elsewhere": [], "unstated": [front]}
}
