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

# The exposure of each of a set of servers, by server; without those that no list names. A list is gone
# through once, and names are compared before globs: both count where an estate has a thousand servers.
exposures(servers) := object.union_n([
	_listed("internal", servers),
	_listed("exo_only", servers),
	_listed("internet", servers),
])

_listed(word, servers) := {server: word | some server in _named(word, servers) | _matching(word, servers)}

_named(word, servers) := {server |
	names := {lower(pattern) | some pattern in _list(word)}
	some server in servers
	lower(server) in names
}

_matching(word, servers) := {server |
	some pattern in _list(word)
	form := lower(pattern)
	regex.match(`[*?\[{\\]`, form)
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

_hybrids := {"none", "classic_minimal", "classic_full", "modern_agent"}

# The declared topology. Undefined where nobody stated it.
hybrid := data.params.hybrid if data.params.hybrid in _hybrids

# The Microsoft cloud of the tenant; `global` where nobody stated another.
default cloud := "global"

cloud := data.params.cloud if {
	is_string(data.params.cloud)
	data.params.cloud != ""
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
