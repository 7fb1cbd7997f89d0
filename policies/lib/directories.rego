# METADATA
# description: Virtual directories. Policies about clients judge front ends; back ends are never tuned by hand.
package lib.directories

import data.lib.params

# The front ends of a kind: every web site but `Exchange Back End`.
frontends(kind) := [directory |
	some directory in object.get(input.onprem, kind, [])
	directory._site == "frontend"
]

# The front ends of a kind by the exposure of their servers: `internet`, `elsewhere`, and `unstated` where
# no list of the params names the server.
by_exposure(kind) := {"internet": internet, "elsewhere": elsewhere, "unstated": unstated} if {
	found := frontends(kind)
	words := params.exposures({directory._server |
		some directory in found
		is_string(directory._server)
	})
	internet := [directory |
		some directory in found
		words[directory._server] == "internet"
	]
	elsewhere := [directory |
		some directory in found
		words[directory._server] != "internet"
	]
	unstated := [directory |
		some directory in found
		not words[directory._server]
	]
}
