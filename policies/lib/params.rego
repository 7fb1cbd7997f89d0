# METADATA
# description: What only the operator knows. A fact that nobody stated is unknown, never a default.
package lib.params

# The lists of `exposure`, in the order in which they are asked.
_exposures := ["internet", "exo_only", "internal"]

# The exposure that the lists give to a name: the first list with that name or a glob that matches.
# Undefined where none does.
classify(server) := matches[0] if {
	is_string(server)
	matches := [word |
		some word in _exposures
		some pattern in data.params.exposure[word]
		glob.match(lower(pattern), null, lower(server))
	]
}

# Every server that the input names, classified once for all policies: globs are dear.
_classified[server] := word if {
	some server in _servers
	word := classify(server)
}

_servers contains resource._server if {
	some _, resources in input.onprem
	some resource in resources
	is_string(resource._server)
}

# The exposure of a server of the input. Undefined where no list names it.
exposure(server) := _classified[server]

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
declared(list) := {lower(entry) | some entry in data.params[list]; is_string(entry)}

# The resource is named by one of these properties in a declared list.
is_declared(list, resource, properties) if {
	some property in properties
	lower(resource[property]) in declared(list)
}

# Applications may hold app-only permissions on Microsoft Graph, on purpose.
graph_app_only if data.params.graph_app_only == true

# The declared host names.
namespaces contains lower(name) if some name, _ in data.params.namespaces
