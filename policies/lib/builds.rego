# METADATA
# description: |
#   Builds (`15.2.1544.11`), compared number by number. A version test on major and minor alone calls
#   Subscription Edition "2019": 15.2 below build 2562 is 2019, from 2562 on it is SE.
package lib.builds

_form := `^(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)$`

# The four numbers of a build; arrays compare member by member. Undefined for anything else.
parts(text) := [to_number(part) | some part in split(text, ".")] if {
	is_string(text)
	regex.match(_form, text)
}

# The product, under the name of the facts. Undefined below 15.0 and beyond what is known.
product(build) := _products[[build[0], build[1], build[2] < 2562]]

_products := {
	[15, 0, true]: "Exchange Server 2013",
	[15, 1, true]: "Exchange Server 2016",
	[15, 1, false]: "Exchange Server 2016",
	[15, 0, false]: "Exchange Server 2013",
	[15, 2, true]: "Exchange Server 2019",
	[15, 2, false]: "Exchange Server SE",
}

# Older than Exchange Server 2013.
ancient(build) if build < [15, 0, 0, 0]

# The cumulative update is the third part.
cu(build) := array.slice(build, 0, 3)
