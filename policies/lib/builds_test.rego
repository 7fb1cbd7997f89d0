package lib.builds_test

import data.lib.builds

test_parts if {
	builds.parts("15.2.1544.11") == [15, 2, 1544, 11]
	builds.parts("15.0.0.0") == [15, 0, 0, 0]
	not builds.parts("15.2.1544")
	not builds.parts("15.2.1544.11.1")
	not builds.parts("15.02.1544.011")
	not builds.parts("Version 15.2 (Build 1544.11)")
	not builds.parts("15.2.1544.x")
	not builds.parts(null)
	not builds.parts({"$undecided": "truncated"})
}

test_order_is_by_number if {
	builds.parts("15.2.986.5") < builds.parts("15.2.1118.7")
	builds.parts("15.2.1544.9") < builds.parts("15.2.1544.11")
	builds.parts("15.1.2507.75") < builds.parts("15.2.196.0")
}

test_product if {
	product("15.0.1497.2") == "Exchange Server 2013"
	product("15.1.2507.6") == "Exchange Server 2016"
	product("15.1.3000.1") == "Exchange Server 2016"
	product("15.0.3000.1") == "Exchange Server 2013"
	product("15.2.196.0") == "Exchange Server 2019"
	product("15.2.2561.99") == "Exchange Server 2019"
	product("15.2.2562.0") == "Exchange Server SE"
	product("15.2.2562.17") == "Exchange Server SE"
	product("15.2.3000.1") == "Exchange Server SE"
	not product("14.3.123.4")
	not product("15.3.1.1")
	not product("16.0.1.1")
}

product(text) := builds.product(builds.parts(text))

test_ancient if {
	builds.ancient([14, 3, 513, 0])
	builds.ancient([8, 3, 83, 6])
	not builds.ancient([15, 0, 516, 32])
}

test_cu if builds.cu([15, 2, 1544, 11]) == [15, 2, 1544]
