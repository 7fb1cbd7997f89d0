package lib.clock_test

import data.lib.clock

now := "2026-11-21T02:00:00Z"

test_moment if {
	clock.moment("1970-01-01T00:00:01Z") == 1000000000
	clock.moment("1970-01-01T00:00:00.5Z") == 500000000
}

test_no_moment if {
	every value in {"", "21.11.2026", "2026-11-21", "2026-11-21T02:00:00", "2026-11-21T02:00:00+01:00", "x2026-11-21T02:00:00Z", "2026-19-39T02:00:00Z"} {
		not clock.moment(value)
	}
	not clock.moment(null)
	not clock.moment(5)
	not clock.moment({"$undecided": "truncated"})
}

test_beyond_the_counter if {
	clock.moment("9999-12-31T23:59:59Z") == clock.moment("2261-12-31T23:59:59Z")
	clock.moment("0001-01-01T00:00:00Z") == clock.moment("1678-01-01T00:00:00Z")
	clock.moment("9999-12-31T23:59:59Z") > clock.moment("2200-01-01T00:00:00Z")
	clock.moment("0001-01-01T00:00:00Z") < clock.moment("1700-01-01T00:00:00Z")
}

test_days if {
	clock.days(1) == 86400000000000
	clock.days(60) == 5184000000000000
}

test_until if {
	clock.until("2026-11-22T02:00:00Z") == clock.days(1) with input.now as now
	clock.until("2026-11-20T02:00:00Z") == 0 - clock.days(1) with input.now as now
	not clock.until("never") with input.now as now
}

test_past if {
	clock.past("2026-11-21T01:59:59Z") with input.now as now
	clock.past("2026-11-21T02:00:00Z") with input.now as now
	not clock.past("2026-11-21T02:00:01Z") with input.now as now
	not clock.past("never") with input.now as now
}

test_day if clock.day(now) == "2026-11-21"
