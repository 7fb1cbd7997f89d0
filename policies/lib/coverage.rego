# METADATA
# description: How far a kind was seen. What is not there is missing only where everything was seen.
package lib.coverage

# Every expected object of the kind is in the input.
complete(plane, kind) if {
	some row in input.coverage
	row.plane == plane
	row.kind == kind
	row.state == "complete"
}
