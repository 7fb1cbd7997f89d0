# METADATA
# description: |
#   Moments as the importer writes them (RFC 3339, UTC), against `input.now`. Anything else has no moment,
#   and a rule that asks for one is undefined: say `unknown` where that matters.
package lib.clock

_form := `^[0-9]{4}-[0-1][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9](\.[0-9]+)?Z$`

# Nanoseconds reach from 1678 to 2261; a date beyond (`9999-12-31`: never) counts as the end of that.
_first := "1678-01-01T00:00:00Z"

_last := "2261-12-31T23:59:59Z"

# Nanoseconds since 1970. Undefined for anything but a moment.
moment(text) := time.parse_rfc3339_ns(_within(text)) if {
	is_string(text)
	regex.match(_form, text)
}

_within(text) := _first if {
	text < _first
} else := _last if {
	text > _last
} else := text

# A number of days in nanoseconds.
days(number) := ((((number * 24) * 60) * 60) * 1000) * 1000000

# Nanoseconds from now until then; negative where it is past.
until(text) := moment(text) - moment(input.now)

# The moment is now or past.
past(text) if until(text) <= 0

# The day of a moment: `2026-11-21`.
day(text) := substring(text, 0, 10)
