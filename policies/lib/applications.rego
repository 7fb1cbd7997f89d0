# METADATA
# description: |
#   The applications of IIS behind virtual directories. Where no IIS file of a server was read there are
#   none, which says nothing about that server.
package lib.applications

# The application of IIS that a virtual directory is.
behind(directory) := found if {
	name := lower(directory._key)
	some found in object.get(_by_name, name, set())
}

# The web site that a virtual directory is in.
site(directory) := found if {
	name := _site_name(directory)
	some found in object.get(_sites, name, set())
}

_by_name[name] contains application if {
	some application in input.host.IisApplication
	name := lower(sprintf("%v\\%v (%v)", [
		application._server,
		trim_prefix(application.ApplicationPath, "/"),
		application.SiteName,
	]))
}

_sites[name] contains application if {
	some application in input.host.IisApplication
	application.ApplicationPath == "/"
	name := lower(sprintf("%v\\%v", [application._server, application.SiteName]))
}

# `EX01\Microsoft-Server-ActiveSync (Default Web Site)` is in `ex01\default web site`.
_site_name(directory) := sprintf("%s\\%s", [lower(directory._server), parts[1]]) if {
	parts := regex.find_all_string_submatch_n(`\((.+)\)$`, lower(directory._key), 1)[0]
}
