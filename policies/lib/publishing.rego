# METADATA
# description: |
#   What the device in front of a server lets through. Nothing in Exchange knows that: the operator states
#   the published paths of each name (`params.namespaces`). A name leads to the servers of its list
#   `servers`; without a list, to those that carry it in an address of their own.
package lib.publishing

import data.lib.directories
import data.lib.hosts
import data.lib.value

# Every front end that has addresses.
_directories := [
	directories.frontends("WebServicesVirtualDirectory"),
	directories.frontends("MapiVirtualDirectory"),
	directories.frontends("OabVirtualDirectory"),
	directories.frontends("OwaVirtualDirectory"),
	directories.frontends("EcpVirtualDirectory"),
	directories.frontends("ActiveSyncVirtualDirectory"),
	directories.frontends("PowerShellVirtualDirectory"),
]

_outlook_anywhere := directories.frontends("OutlookAnywhere")

_servers contains directory._server if {
	some found in array.concat(_directories, [_outlook_anywhere])
	some directory in found
}

_addressed := [directory | some found in _directories; some directory in found]

_hosts := hosts.by_address(_addressed)

# The hosts that clients outside are sent to, by server.
_outside[directory._server] contains host if {
	some found in _directories
	some directory in found
	host := _hosts[directory.ExternalUrl]
}

_outside[directory._server] contains host if {
	some directory in _outlook_anywhere
	host := lower(directory.ExternalHostname)
	host != ""
}

_inside[directory._server] contains host if {
	some found in _directories
	some directory in found
	host := _hosts[directory.InternalUrl]
}

_inside[directory._server] contains host if {
	some directory in _outlook_anywhere
	host := lower(directory.InternalHostname)
	host != ""
}

_names := {lower(name): rules | some name, rules in data.params.namespaces}

# The published paths of each name. A name without any says nothing about paths.
_paths := {name: words |
	some name, rules in _names
	words := value.words(rules.paths)
	count(words) > 0
}

# The names without a list of servers.
_by_address contains name if {
	some name, rules in _names
	not is_array(rules.servers)
}

# The declared names that lead to a server.
names[server] contains name if {
	some server, carried in _outside
	some name in carried
	name in _by_address
}

names[server] contains name if {
	some server, carried in _inside
	some name in carried
	name in _by_address
}

names[server] contains name if {
	some name, rules in _names
	some pattern in rules.servers
	some server in _servers
	glob.match(lower(pattern), null, lower(server))
}

# The names that let a path through, in order, by server; without the servers that no name reaches so.
letting_through(path) := {server: sort(through) |
	letting := {name |
		some name in _with_paths
		path in _paths[name]
	}
	some server, leading in names
	through := leading & letting
	count(through) > 0
}

# What is known of a name, as sets to subtract.
_declared := object.keys(_names)

_with_paths := object.keys(_paths)

_with_tls := object.keys(_tls)

_undeclared(server) := _outside[server] - _declared

_undeclared(server) := set() if not _outside[server]

# The addresses of a server that say nothing, each with why, where addresses lead to it.
_without_answer[directory._server] contains [sprintf("%s of %s", [property, directory._key]), why, directory._kind] if {
	count(_by_address) > 0
	some property in {"InternalUrl", "ExternalUrl"}
	some [directory, why] in value.unsettled(_addressed, property)
}

_without_answer[directory._server] contains [sprintf("%s of %s", [property, directory._key]), why, directory._kind] if {
	count(_by_address) > 0
	some property in {"InternalHostname", "ExternalHostname"}
	some [directory, why] in value.unsettled(_outlook_anywhere, property)
}

_to_add(message) := {"reason": "param_missing", "param": "namespaces", "message": message}

# Why the names of a server are not all known. Undefined where they are.
_unnamed(server) := _to_add(concat(" ", [
	"Nobody stated which paths are published, and how.",
	"Add `params: {namespaces: {mail.example.com: {paths: [ews, mapi, oab, autodiscover, activesync], tls: bridge}}}`.",
])) if {
	count(_names) == 0
} else := {"reason": why, "kind": kind, "message": message} if {
	[address, why, kind] := min(_without_answer[server])
	message := sprintf("The names that lead to %v are not all known: %s has no usable value (%s).", [server, address, why])
} else := _to_add(sprintf(
	"%v carries external addresses that nobody declared: %s. Add them under `params: {namespaces: ...}`.",
	[server, concat(", ", sort(_undeclared(server)))],
)) if {
	count(_undeclared(server)) > 0
} else := _to_add(sprintf(
	"No name under `params: {namespaces: ...}` leads to %v. Name it there: `{mail.example.com: {servers: [%v]}}`.",
	[server, server],
)) if {
	not names[server]
}

# Why it is not known which paths the names of a server let through, with what to add: `reason` and `message`.
# Undefined where it is known.
doubt(server) := _unnamed(server)

doubt(server) := _to_add(sprintf(
	"Nobody stated the published paths of %s. Add `paths` under `params: {namespaces: ...}`.",
	[concat(", ", sort(lacking))],
)) if {
	lacking := names[server] - _with_paths
	count(lacking) > 0
	not _unnamed(server)
}

_tls := {name: word |
	some name, rules in _names
	word := rules.tls
	word in {"bridge", "pass_through", "offload"}
}

# The names whose device ends TLS and goes on without, in order, by server; without the servers that have
# none.
offloading := {server: sort(those) |
	offloaded := {name |
		some name in _with_tls
		_tls[name] == "offload"
	}
	some server, leading in names
	those := leading & offloaded
	count(those) > 0
}

# Why it is not known what happens to TLS in front of a server, in the same form.
doubt_of_tls(server) := _unnamed(server)

doubt_of_tls(server) := _to_add(sprintf(
	"Nobody stated what happens to TLS in front of %s. Add `tls: bridge`, `pass_through` or `offload` under `params: {namespaces: ...}`.",
	[concat(", ", sort(lacking))],
)) if {
	lacking := names[server] - _with_tls
	count(lacking) > 0
	not _unnamed(server)
}

# Front-end applications of a path that not only listed addresses reach.
_open[path] contains application._server if {
	some application in input.host.IisApplication
	application._site == "frontend"
	path := lower(application.ApplicationPath)
	not application.IpSecurityAllowUnlisted == false
}

# The servers where IIS lets only listed addresses through to a path, by path in lower case.
filtered[path] contains application._server if {
	some application in input.host.IisApplication
	application.IpSecurityAllowUnlisted == false
	application._site == "frontend"
	path := lower(application.ApplicationPath)
	not application._server in _open[path]
}

# The violation of a directory whose path is published.
published(directory, path, names_of_path) := {
	"subject": {"plane": directory._plane, "kind": directory._kind, "id": directory._key},
	"property": null,
	"observed": names_of_path,
	"expected": [],
	"message": sprintf("%s lets /%s through to %v.", [concat(", ", names_of_path), path, directory._server]),
}
