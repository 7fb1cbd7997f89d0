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

# The servers whose evidence of a kind is not there, each with the word of the audit. An answer about a
# server that is not named here was seen.
unseen(plane, kind, servers) := object.union(
	{server: word | word := _missing_word(plane, kind); some server in servers},
	{server: word | some server, word in _exceptions(plane, kind); server in servers},
)

_missing_word(plane, kind) := word if {
	some row in input.coverage
	row.plane == plane
	row.kind == kind
	word := _words[row.state]
} else := "not_collected" if {
	not _row(plane, kind)
}

_row(plane, kind) if {
	some row in input.coverage
	row.plane == plane
	row.kind == kind
}

_exceptions(plane, kind) := {exception.server: word |
	some row in input.coverage
	row.plane == plane
	row.kind == kind
	some exception in row.except
	word := object.get(_words, exception.state, "partial")
	exception.state != "complete"
}

# What was seen in whole or in part lacks the servers that it names, no others.
_words := {
	"denied": "denied",
	"failed": "failed",
	"unsupported": "unsupported",
	"not_attempted": "not_collected",
	"stale": "stale",
}
