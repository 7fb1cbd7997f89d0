# METADATA
# description: |
#   Extended Protection for Authentication: what is expected where (`facts/extended_protection_*`), what IIS
#   has there, and which builds can do it. Paths are `Site/path` in lower case. Where the configuration of
#   IIS was not read, the front-end directories answer for theirs.
package lib.extended_protection

import data.lib.builds
import data.lib.directories

# The rows of the table, by path.
expected := {lower(row.path): {
	"path": row.path,
	"token_checking": row.token_checking,
	"ssl_flags": split(row.ssl_flags, " "),
} |
	some row in data.facts.extended_protection_paths
}

# The applications of IIS on the paths of the table, by server and path.
applications[server][path] contains application if {
	some application in input.host.IisApplication
	path := lower(concat("", [application.SiteName, application.ApplicationPath]))
	expected[path]
	server := application._server
}

# A directory's path, from `EX01\EWS (Default Web Site)`.
_path(directory) := lower(sprintf("%s/%s", [parts[2], parts[1]])) if {
	parts := regex.find_all_string_submatch_n(`\\([^\\]+) \(([^()]+)\)$`, directory._key, 1)[0]
}

_directories := [
	directories.frontends("WebServicesVirtualDirectory"),
	directories.frontends("AutodiscoverVirtualDirectory"),
	directories.frontends("EcpVirtualDirectory"),
	directories.frontends("MapiVirtualDirectory"),
	directories.frontends("ActiveSyncVirtualDirectory"),
	directories.frontends("OabVirtualDirectory"),
	directories.frontends("OwaVirtualDirectory"),
	directories.frontends("PowerShellVirtualDirectory"),
	directories.frontends("OutlookAnywhere"),
]

# What tells the state of a path, by server and path.
found[server][path] contains application if {
	some server, paths in applications
	some path, those in paths
	some application in those
}

found[server][path] contains directory if {
	some list in _directories
	some directory in list
	server := directory._server
	not applications[server]
	path := _path(directory)
	expected[path]
}

_strength := {"None": 0, "Allow": 1, "Require": 2}

# How strong a value is; undefined for what is no value of this setting.
strength(value) := _strength[value]

_first_builds := {builds.parts(row.first_build) | some row in data.facts.extended_protection_builds}

# The first builds of a product's line (15.1), and of a cumulative update.
_line(build) := {first | some first in _first_builds; array.slice(first, 0, 2) == array.slice(build, 0, 2)}

_own(build) := {first | some first in _line(build); builds.cu(first) == builds.cu(build)}

# A build can do Extended Protection, or cannot. Undefined for builds of a line that the facts do not know.
capable(text) if {
	build := builds.parts(text)
	some first in _own(build)
	build >= first
}

capable(text) if {
	build := builds.parts(text)
	builds.cu(build) > builds.cu(max(_line(build)))
}

incapable(text) if {
	build := builds.parts(text)
	some first in _own(build)
	build < first
}

incapable(text) if {
	build := builds.parts(text)
	count(_own(build)) == 0
	builds.cu(build) < builds.cu(max(_line(build)))
}

incapable(text) if builds.ancient(builds.parts(text))

# Exchange 2013 has a site only where its role is installed, and no API: a path may be missing there.
_may_miss(text) if array.slice(builds.parts(text), 0, 2) == [15, 0]

# The paths of the table of which nothing is known on a server and something should be, as the table
# writes them. Builds that cannot do it may lack paths too, where IIS was read.
missing(version) := {row.path |
	some path in object.keys(expected)
	row := expected[path]
	not found[version._server][path]
} if {
	_must_be_whole(version)
}

_must_be_whole(version) if not applications[version._server]

_must_be_whole(version) if {
	capable(version.FileVersion)
	not _may_miss(version.FileVersion)
}

# Edge Transport servers have no directories.
edge contains server._key if {
	some server in input.onprem.ExchangeServer
	server.IsEdgeServer == true
}

edge contains server._key if {
	some server in input.onprem.ExchangeServer
	server.ServerRole == "Edge"
}
