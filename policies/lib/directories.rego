# METADATA
# description: Virtual directories. Policies about clients judge front ends; back ends are never tuned by hand.
package lib.directories

# The front ends of a kind: every web site but `Exchange Back End`.
frontends(kind) := [directory |
	some directory in input.onprem[kind]
	directory._site == "frontend"
]
