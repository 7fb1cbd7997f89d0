# METADATA
# description: How far a kind was seen. What is not there is missing only where everything was seen.
package lib.coverage

# The operator has the plane (`planes` of the configuration); all where nobody chose.
configured(plane) if not input.planes

configured(plane) if plane in input.planes

# A plane that the operator has and whose kind was not seen whole.
unread(plane, kind) if {
	configured(plane)
	not complete(plane, kind)
}

# Every expected object of the kind is in the input.
complete(plane, kind) if {
	some row in input.coverage
	row.plane == plane
	row.kind == kind
	row.state == "complete"
}
