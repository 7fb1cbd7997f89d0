# METADATA
# description: Lists of authentication methods, compared as sets without case.
package lib.methods

import data.lib.value

# The method is in the list. A list that was cut still proves what it shows.
offers(resource, property, method) if lower(method) in value.words(resource[property])

# The method is not in the list, and the list is whole. An empty list says nothing.
lacks(resource, property, method) if {
	value.filled(resource, property)
	not offers(resource, property, method)
}

# Those of a list of resources that lack it. Each list of methods is judged once: a large estate has few.
lacking(resources, property, method) := [resource |
	some resource in resources
	resource[property] in without
] if {
	without := {list |
		some list in {resource[property] | some resource in resources}
		lacks({property: list}, property, method)
	}
}

# Those of a list of resources that offer it, judged in the same way.
offering(resources, property, method) := [resource |
	some resource in resources
	resource[property] in with_it
] if {
	with_it := {list |
		some list in {resource[property] | some resource in resources}
		lower(method) in value.words(list)
	}
}

# Every method in the list but these.
others(resource, property, methods) := value.words(resource[property]) - {lower(method) | some method in methods}

# What to say about a list without members, which no working directory shows.
empty_list := "The list of authentication methods is empty. Read it again on the server."
