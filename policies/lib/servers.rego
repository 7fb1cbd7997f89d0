# METADATA
# description: What part a server of the server list has.
package lib.servers

import data.lib.builds

# Edge Transport: no directories, no mailboxes, not part of the forest.
edge(server) if server.IsEdgeServer == true

edge(server) if {
	not is_boolean(server.IsEdgeServer)
	contains(lower(server.ServerRole), "edge")
}

# The part is known.
placed(server) if is_boolean(server.IsEdgeServer)

placed(server) if is_string(server.ServerRole)

# Older than Exchange Server 2013, as far as the version is known.
ancient(server) if builds.ancient(builds.parts(server.AdminDisplayVersion))
