package lib.servers_test

import data.lib.servers

test_edge if {
	servers.edge({"IsEdgeServer": true})
	servers.edge({"IsEdgeServer": null, "ServerRole": "Edge"})
	servers.edge({"ServerRole": "edgetransport"})
	not servers.edge({"IsEdgeServer": false, "ServerRole": "Edge"})
	not servers.edge({"ServerRole": "Mailbox"})
	not servers.edge({})
}

test_placed if {
	servers.placed({"IsEdgeServer": false})
	servers.placed({"ServerRole": "Mailbox"})
	not servers.placed({"IsEdgeServer": null, "ServerRole": {"$undecided": "truncated"}})
	not servers.placed({})
}

test_ancient if {
	servers.ancient({"AdminDisplayVersion": "14.3.123.4"})
	not servers.ancient({"AdminDisplayVersion": "15.0.516.32"})
	not servers.ancient({"AdminDisplayVersion": null})
	not servers.ancient({})
}
