# METADATA
# description: What a property says, and whether it says anything.
package lib.value

# A value that carries no answer: null, a mark of the importer, or a list with such a mark in it.
undecided(value) if value == null

undecided(value) if is_string(value["$undecided"])

undecided(value) if {
	is_array(value)
	some member in value
	is_string(member["$undecided"])
}

# The property is there, whatever its value; `object.keys` would make a set of all of them each time.
_has(resource, property) if type_name(resource[property]) != ""

# The property is there and its value can be relied on.
decided(resource, property) if {
	_has(resource, property)
	not undecided(resource[property])
}

# Nothing is set: null, empty text or an empty list. Only for properties where that is an answer
# (`LinkedAccount`, `AppOnlyPermissions`); absent or marked is neither empty nor filled.
empty(resource, property) if {
	_has(resource, property)
	resource[property] in {null, "", []}
}

# Something is set.
filled(resource, property) if {
	decided(resource, property)
	not empty(resource, property)
}

# Settled either way: null counts as an answer.
settled(resource, property) if empty(resource, property)

settled(resource, property) if decided(resource, property)

# Why a property has no answer, in the words of the audit.
reason(resource, property) := "property_absent" if {
	not _has(resource, property)
} else := word if {
	word := resource[property]["$undecided"]
	is_string(word)
} else := word if {
	is_array(resource[property])
	some member in object.get(resource, property, [])
	word := member["$undecided"]
	is_string(word)
} else := "null_value" if {
	resource[property] == null
}

# Those of a list of resources whose property has no answer, each with why. Each value is judged once: a
# large estate has few, and a call for each resource is what costs.
unclear(resources, property) := [[resource, why] |
	some resource in resources
	not resource[property] in clear
	why := reason(resource, property)
] if {
	clear := {value | some value in _distinct(resources, property); not undecided(value)}
}

# The same where null and an empty value are answers too.
unsettled(resources, property) := [[resource, why] |
	some resource in resources
	not resource[property] in clear
	why := reason(resource, property)
] if {
	clear := {value | some value in _distinct(resources, property); not undecided(value)} | {null}
}

_distinct(resources, property) := {resource[property] | some resource in resources}

# A list of text as a set in lower case; text alone counts as one member. Undefined for anything else.
words(value) := {lower(member) | some member in value; is_string(member)} if is_array(value)

words(value) := {lower(value)} if is_string(value)

# The host of an address, in lower case, without its port. Undefined where there is none.
host(address) := lower(parts[1]) if {
	is_string(address)
	parts := regex.find_all_string_submatch_n(`^[A-Za-z][A-Za-z0-9+.-]*://([^/:?#]+)`, address, 1)[0]
}
