package exchange.directories.digest_on_directories_test

import data.exchange.directories.digest_on_directories as policy
import data.lib.fixture

all := [
	fixture.ews("EX01", {}),
	fixture.autodiscover("EX01", {}),
	fixture.owa("EX01", {}),
	fixture.ecp("EX01", {}),
]

with_digest(directory, digest) := object.union(directory, {"DigestAuthentication": digest})

violations(resources) := found if {
	found := policy.violation with input as fixture.estate(resources)
}

unknowns(resources) := {[answer.subject, answer.reason, answer.property] | some answer in found} if {
	found := policy.unknown with input as fixture.estate(resources)
}

test_front_ends_of_four_kinds_are_judged if {
	back := fixture.ews("EX02", {"_site": "backend"})
	resources := {directory | some directory in all} | {back, fixture.mapi("EX01", {}), fixture.powershell("EX01", {})}
	found := policy.subject with input as fixture.estate(resources)
	found == {fixture.judged(directory) | some directory in all}
}

test_untouched_server_is_silent if {
	violations({directory | some directory in all}) == set()
	unknowns({directory | some directory in all}) == set()
}

test_digest_on_each if {
	every directory in all {
		others := {other | some other in all; other._kind != directory._kind}
		violations(others | {with_digest(directory, true)}) == {{
			"subject": fixture.subject(directory),
			"property": "DigestAuthentication",
			"observed": true,
			"expected": false,
		}}
	}
}

test_other_kinds_are_not_judged if {
	violations({with_digest(fixture.powershell("EX01", {}), true)}) == set()
}

test_back_ends_are_not_judged if {
	every directory in all {
		back := object.union(directory, {"_site": "backend"})
		violations({with_digest(back, true)}) == set()
		unknowns({with_digest(back, null)}) == set()
	}
}

test_undecided_is_unknown if {
	every directory in all {
		absent := object.remove(directory, {"DigestAuthentication"})
		violations({absent}) == set()
		unknowns({absent}) == {[fixture.subject(directory), "property_absent", "DigestAuthentication"]}
		every value, word in {"null_value": null, "ad_only": fixture.ad_only, "truncated": {"$undecided": "truncated"}} {
			violations({with_digest(directory, word)}) == set()
			unknowns({with_digest(directory, word)}) == {[fixture.subject(directory), value, "DigestAuthentication"]}
		}
	}
}
