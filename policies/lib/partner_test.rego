package lib.partner_test

import data.lib.partner

test_is_graph if {
	partner.is_graph({"ApplicationIdentifier": "00000003-0000-0000-C000-000000000000", "Name": "x"})
	not partner.is_graph({"ApplicationIdentifier": "00000003-0000-0ff1-ce00-000000000000"})
	not partner.is_graph({"Name": "Microsoft Graph"})
	not partner.is_graph({"ApplicationIdentifier": null})
}

test_is_exchange_online if {
	partner.is_exchange_online({"ApplicationIdentifier": "00000002-0000-0FF1-CE00-000000000000", "Name": "x"})
	not partner.is_exchange_online({"ApplicationIdentifier": "00000003-0000-0000-c000-000000000000"})
	not partner.is_exchange_online({"Name": "Exchange Online"})
	not partner.is_exchange_online({"ApplicationIdentifier": null})
}
