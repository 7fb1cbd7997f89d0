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
