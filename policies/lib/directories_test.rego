package lib.directories_test

import data.lib.directories
import data.lib.fixture

front := fixture.ews("EX01", {})

back := fixture.ews("EX01", {"_key": "EX01\\EWS (Exchange Back End)", "_site": "backend"})

test_frontends if {
	directories.frontends("WebServicesVirtualDirectory") == [front] with input as fixture.estate({front, back})
	directories.frontends("MapiVirtualDirectory") == [] with input as fixture.estate({front, back})
}
