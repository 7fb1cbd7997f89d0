# METADATA
# description: Partner applications, the parties whose tokens Exchange accepts.
package lib.partner

# Source: controls catalogue PAPP-003, a vendor lab export of a 2019 server.
_graph := "00000003-0000-0000-c000-000000000000"

# The Microsoft Graph application, by identifier; its name can be anything.
is_graph(application) if lower(application.ApplicationIdentifier) == _graph

# Source: controls catalogue PAPP-001, a vendor lab export and the vendor's own commands.
exchange_online := "00000002-0000-0ff1-ce00-000000000000"

# The Exchange Online application, by identifier; a second one with a realm is possible.
is_exchange_online(application) if lower(application.ApplicationIdentifier) == exchange_online
