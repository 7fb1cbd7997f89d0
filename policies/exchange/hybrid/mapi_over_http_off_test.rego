package exchange.hybrid.mapi_over_http_off_test

import data.exchange.hybrid.mapi_over_http_off as policy
import data.lib.fixture

config(flag) := fixture.organization_config({"MapiHttpEnabled": flag, "OAuth2ClientProfileEnabled": true})

on := config(true)

off := config(false)

mailboxes(tally) := object.union(
	object.remove(fixture.cas_mailbox({}), {"MapiHttpEnabled"}),
	{"MapiHttpEnabled": tally},
)

inheriting := mailboxes({"true": 0, "false": 0, "unset": 1000, "unknown": 0})

violations(resources, params) := found if {
	found := policy.violation with input as fixture.estate(resources) with data.params as params
}

unknowns_of(estate) := {[answer.subject, answer.reason, object.get(answer, "property", null)] | some answer in found} if {
	found := policy.unknown with input as estate with data.params as {}
}

unknowns(resources) := unknowns_of(fixture.estate(resources))

subject := fixture.subject(on)

wrong := {
	"subject": subject,
	"property": "MapiHttpEnabled",
	"observed": false,
	"expected": true,
}

overridden(tally) := {
	"subject": subject,
	"resource": {"plane": "onprem", "kind": "CASMailbox", "id": "CASMailbox", "server": null},
	"property": "MapiHttpEnabled",
	"observed": tally,
	"expected": "no mailbox with false",
	"severity": "low",
	"message": sprintf("Mailboxes with MAPI over HTTP switched off: %d.", [tally["false"]]),
}

test_on_and_inherited_is_silent if {
	every tally in {{"unset": 1000}, {"true": 3, "unset": 997}, {"false": 0, "unset": 5}, {}} {
		violations({on, mailboxes(tally)}, {}) == set()
		unknowns({on, mailboxes(tally)}) == set()
	}
	unknowns({on, inheriting}) == set()
}

test_off if {
	violations({off, inheriting}, {}) == {wrong}
	violations({off, inheriting}, {"hma": true}) == {wrong}
	violations({off}, {}) == {wrong}
}

test_medium_while_hma_is_off if {
	violations({off, inheriting}, {"hma": false}) == {object.union(wrong, {"severity": "medium"})}
}

test_full_severity_while_the_state_is_unknown if {
	blank := object.union(off, {"OAuth2ClientProfileEnabled": null})
	violations({blank, inheriting}, {}) == {wrong}
}

test_overridden_mailboxes_warn if {
	every tally in {{"true": 0, "false": 1, "unset": 999}, {"false": 1000}} {
		violations({on, mailboxes(tally)}, {}) == {overridden(tally)}
		violations({off, mailboxes(tally)}, {}) == {wrong, overridden(tally)}
		unknowns({on, mailboxes(tally)}) == set()
	}
}

missing(reason, property) := {[subject, reason, property]}

test_mailboxes_not_counted if {
	unknowns_of(fixture.partly({on, inheriting}, "onprem", "CASMailbox")) == missing("not_collected", null)
	unknowns_of(fixture.partly({on}, "onprem", "CASMailbox")) == missing("not_collected", null)
	unknowns({on}) == missing("not_collected", null)
}

test_undecided_count if {
	every odd in {
		[mailboxes(null), "null_value"],
		[object.remove(inheriting, {"MapiHttpEnabled"}), "property_absent"],
		[mailboxes({"$undecided": "truncated"}), "truncated"],
	} {
		violations({on, odd[0]}, {}) == set()
		unknowns({on, odd[0]}) == missing(odd[1], "MapiHttpEnabled")
	}
}

test_mailboxes_without_an_answer if {
	some_blurred := mailboxes({"unset": 990, "unknown": 10})
	violations({on, some_blurred}, {}) == set()
	unknowns({on, some_blurred}) == missing("property_absent", null)
}

test_undecided_flag_is_not_a_violation if {
	violations({config(null), inheriting}, {}) == set()
	violations({object.remove(on, {"MapiHttpEnabled"}), inheriting}, {}) == set()
}
