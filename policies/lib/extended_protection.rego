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

# The applications of IIS on the paths of the table: server, path and resource.
applications := [{"server": application._server, "path": path, "resource": application} |
	some application in input.host.IisApplication
	path := _paths[[application.SiteName, application.ApplicationPath]]
]

# The paths of the table by site and path as they are written; each spelling once.
_paths := {place: path |
	some place in {[application.SiteName, application.ApplicationPath] | some application in input.host.IisApplication}
	path := lower(concat("", place))
	expected[path]
}

# The servers whose configuration of IIS was read.
read := {application.server | some application in applications}

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

# What tells the state of the paths of the table: server, path and resource.
found := array.concat(applications, [{"server": directory._server, "path": path, "resource": directory} |
	some list in _directories
	some directory in list
	not directory._server in read
	path := _directory_paths[trim_prefix(directory._key, directory._server)]
])

# The paths of the table by what stands behind the server in `EX01\EWS (Default Web Site)`.
_directory_paths := {name: path |
	some name in {trim_prefix(directory._key, directory._server) |
		some list in _directories
		some directory in list
	}
	parts := regex.find_all_string_submatch_n(`^\\([^\\]+) \(([^()]+)\)$`, name, 1)[0]
	path := lower(sprintf("%s/%s", [parts[2], parts[1]]))
	expected[path]
}

# The paths of which something is known, by server.
known[row.server] contains row.path if some row in found

_strength := {"None": 0, "Allow": 1, "Require": 2}

# How strong a value is; undefined for what is no value of this setting.
strength(value) := _strength[value]

_first_builds := {builds.parts(row.first_build) | some row in data.facts.extended_protection_builds}

# The first builds of a product's line (15.1), and of a cumulative update.
_line(build) := {first | some first in _first_builds; array.slice(first, 0, 2) == array.slice(build, 0, 2)}

_own(build) := {first | some first in _line(build); builds.cu(first) == builds.cu(build)}

_builds := {version.FileVersion | some version in input.host.ServerVersion}

# The builds of the organization that can do it, and those that cannot, each judged once.
capable_builds := {text | some text in _builds; capable(text)}

incapable_builds := {text | some text in _builds; incapable(text)}

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

# The servers on which something should be known of every path. Builds that cannot do it may lack paths,
# where IIS was read.
_whole contains version._server if {
	some version in input.host.ServerVersion
	not version._server in read
}

_whole contains version._server if {
	some version in input.host.ServerVersion
	version.FileVersion in capable_builds
	not version.FileVersion in _may_miss_builds
}

_may_miss_builds := {text | some text in _builds; _may_miss(text)}

_all_paths := object.keys(expected)

# The paths of the table of which nothing is known and something should be, as the table writes them, by
# server.
missing[server] := {expected[path].path | some path in lacking} if {
	some server in _whole
	lacking := _all_paths - {path | some path in known[server]}
	count(lacking) > 0
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
