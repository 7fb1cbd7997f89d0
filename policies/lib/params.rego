# METADATA
# description: What only the operator knows. A fact that nobody stated is unknown, never a default.
package lib.params

# The lists of `exposure`, in the order in which they are asked.
_exposures := ["internet", "exo_only", "internal"]

# The exposure that the lists give to a server: the first list with its name or a glob that matches.
# Undefined where none does. For many servers `exposures` is cheaper.
exposure(server) := matches[0] if {
	is_string(server)
	matches := [word |
		some word in _exposures
		some pattern in _list(word)
		glob.match(lower(pattern), null, lower(server))
	]
}

# One list of names and globs; empty where nobody gave it.
_list(word) := object.get(data.params, ["exposure", word], [])

# The exposure of each of a set of servers, by server; without those that no list names. Names are looked up,
# and only globs are tried one by one: both count where an estate has a thousand servers.
exposures(servers) := named if {
	count(_globs) == 0
	named := _by_name(servers)
} else := {server: words[0] |
	some server in servers
	words := [word |
		some word in _exposures
		word in {object.get(named, server, null), object.get(matching, server, null)}
	]
} if {
	named := _by_name(servers)
	matching := object.union_n([_matching("internal", servers), _matching("exo_only", servers), _matching("internet", servers)])
}

_by_name(servers) := {server: word |
	some server in servers
	word := _names[lower(server)]
}

# The lists as names in lower case, each under the first list that has it.
_names := object.union_n([_named("internal"), _named("exo_only"), _named("internet")])

_named(word) := {lower(pattern): word | some pattern in _list(word)}

# The entries that are more than names: list and form.
_globs := {[word, form] |
	some word in _exposures
	some pattern in _list(word)
	form := lower(pattern)
	regex.match(`[*?\[{\\]`, form)
}

_matching(word, servers) := {server: word |
	some [list, form] in _globs
	list == word
	some server in servers
	glob.match(form, null, lower(server))
}

# The server faces the internet.
external(server) if exposure(server) == "internet"

# What to add where no list names a server.
exposure_missing(server) := concat(" ", [
	sprintf("Nobody stated how %v is exposed.", [server]),
	"Add its name to one list: `params: {exposure: {internet: [...], exo_only: [...], internal: [...]}}`.",
])

# A device in front of these servers ends the client certificate and signs in with Kerberos (CBA-002).
certificate_device(server) if {
	some pattern in data.params.certificate_device_servers
	glob.match(lower(pattern), null, lower(server))
}

# These servers ask a device for its client certificate themselves (CBA-001).
certificate_server(server) if {
	some pattern in data.params.certificate_servers
	glob.match(lower(pattern), null, lower(server))
}

_hybrids := {"none", "classic_minimal", "classic_full", "modern_agent"}

# The declared topology. Undefined where nobody stated it.
hybrid := data.params.hybrid if data.params.hybrid in _hybrids

# The Microsoft cloud of the tenant; `global` where nobody stated another.
default cloud := "global"

cloud := data.params.cloud if {
	is_string(data.params.cloud)
	data.params.cloud != ""
}

# The group that an organization relationship is declared to be limited to, by the relationship's name.
free_busy_scope(relationship) := group if {
	some name, group in data.params.free_busy_scopes
	lower(name) == lower(relationship)
}

# The servers that mailbox moves use; an empty list says that none are made. Undefined where nobody stated it.
migration_servers := data.params.migration_servers if is_array(data.params.migration_servers)

# TLS ends before Exchange for a host name.
offloaded(host) if {
	some name, namespace in data.params.namespaces
	lower(name) == host
	namespace.tls == "offload"
}

# Names and identifiers of a list, in lower case. Empty where nothing is declared.
declared(list) := {lower(entry) | some entry in object.get(data.params, list, []); is_string(entry)}

# The resource is named by one of these properties in a declared list.
is_declared(list, resource, properties) if {
	some property in properties
	lower(resource[property]) in declared(list)
}

# Applications may hold app-only permissions on Microsoft Graph, on purpose.
graph_app_only if data.params.graph_app_only == true

# The declared host names.
namespaces contains lower(name) if some name, _ in data.params.namespaces

# What is published and what a device in front does with TLS, by host name; for those alone that state it.
tls[lower(name)] := word if {
	some name, namespace in data.params.namespaces
	word := namespace.tls
	is_string(word)
}

# The published paths by host name. Undefined for a name that states none.
paths[lower(name)] := found if {
	some name, namespace in data.params.namespaces
	is_array(namespace.paths)
	found := {lower(path) | some path in namespace.paths; is_string(path)}
	count(found) > 0
}
