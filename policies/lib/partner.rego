# METADATA
# description: Partner applications, the parties whose tokens Exchange accepts.
package lib.partner

# Source: controls catalogue PAPP-003, a vendor lab export of a 2019 server.
_graph := "00000003-0000-0000-c000-000000000000"

# The Microsoft Graph application, by identifier; its name can be anything.
is_graph(application) if lower(application.ApplicationIdentifier) == _graph
