package exchange.external.published_powershell_test

import data.exchange.external.published_powershell as policy
import data.lib.fixture

ours := "https://mail.contoso.com/"

# One name leads to EX01 and lets powershell through, another lets everything else through.
open := {
	"exposure": {"internet": ["EX*"]},
	"namespaces": {"mail.contoso.com": {"paths": ["ews", "powershell"]}},
}

shut := {
	"exposure": {"internet": ["EX*"]},
	"namespaces": {"mail.contoso.com": {"paths": ["ews", "mapi"]}, "intern.contoso.com": {"paths": ["powershell"]}},
}

directory := fixture.powershell("EX01", {})

addressed := fixture.ews("EX01", {"ExternalUrl": ours})

violations(resources, params) := found if {
	found := policy.violation with input as fixture.estate(resources) with data.params as params
}

unknowns(resources, params) := {[answer.subject, answer.reason] | some answer in found} if {
	found := policy.unknown with input as fixture.estate(resources) with data.params as params
}

messages(resources, params) := {answer.message | some answer in found} if {
	found := policy.unknown with input as fixture.estate(resources) with data.params as params
}

left_out(resources, params) := found if {
	found := policy.not_applicable with input as fixture.estate(resources) with data.params as params
}

let_through := {
	"subject": fixture.subject(directory),
	"property": null,
	"observed": ["mail.contoso.com"],
	"expected": [],
	"message": "mail.contoso.com lets /powershell through to EX01.",
}

test_a_blocked_path_is_silent if {
	violations({directory, addressed}, shut) == set()
	unknowns({directory, addressed}, shut) == set()
	left_out({directory, addressed}, shut) == set()
}

test_a_published_path if {
	violations({directory, addressed}, open) == {let_through}
	unknowns({directory, addressed}, open) == set()
	left_out({directory, addressed}, open) == set()
}

test_not_external if {
	every word in {"exo_only", "internal"} {
		inside := object.union(open, {"exposure": {"internet": [], word: ["*"]}})
		violations({directory, addressed}, inside) == set()
		unknowns({directory, addressed}, inside) == set()
		left_out({directory, addressed}, inside) == {{"subject": fixture.subject(directory), "reason": "not_external"}}
	}
}

test_exposure_unknown if {
	nobody := {"namespaces": open.namespaces}
	violations({directory, addressed}, nobody) == set()
	left_out({directory, addressed}, nobody) == set()
	unknowns({directory, addressed}, nobody) == {[fixture.subject(directory), "param_missing"]}
	every message in messages({directory, addressed}, nobody) {
		contains(message, "how EX01 is exposed")
	}
}

test_without_path_rules_nobody_knows if {
	exposed := {"exposure": open.exposure}
	violations({directory, addressed}, exposed) == set()
	unknowns({directory, addressed}, exposed) == {[fixture.subject(directory), "param_missing"]}
	every message in messages({directory, addressed}, exposed) {
		contains(message, "which paths are published")
	}
	unknowns({directory}, open) == {[fixture.subject(directory), "param_missing"]}
}

# Nobody knows which name it was.
test_an_address_that_was_cut_off if {
	cut := fixture.oab("EX01", {"InternalUrl": {"$undecided": "truncated"}})
	violations({directory, addressed, cut}, shut) == set()
	unknowns({directory, addressed, cut}, shut) == {[fixture.subject(directory), "truncated"]}
	violations({directory, addressed, cut}, open) != set()
}

test_back_end_is_not_judged if {
	back := object.union(directory, {"_site": "backend"})
	violations({back, addressed}, open) == set()
	unknowns({back, addressed}, {}) == set()
	left_out({back, addressed}, {"exposure": {"internal": ["*"]}}) == set()
}

filter(unlisted) := fixture.iis("EX01", "Default Web Site", "/powershell", {"IpSecurityAllowUnlisted": unlisted})

test_a_filter_of_addresses_counts_as_blocked if {
	violations({directory, addressed, filter(false)}, open) == set()
	unknowns({directory, addressed, filter(false)}, open) == set()
	unknowns({directory, filter(false)}, {"exposure": open.exposure}) == set()
	violations({directory, addressed, filter(true)}, open) == {let_through}
	unknowns({directory, filter(true)}, open) == {[fixture.subject(directory), "param_missing"]}
}

test_an_external_address_warns if {
	steering := fixture.powershell("EX01", {"ExternalUrl": ours})
	warned := {
		"subject": fixture.subject(directory),
		"property": "ExternalUrl",
		"observed": ours,
		"expected": null,
		"severity": "low",
	}
	violations({steering}, shut) == {warned}
	violations({steering}, open) == {warned, let_through}
	violations({steering}, {"exposure": {"internal": ["*"]}}) == set()
	violations({steering}, {}) == set()
}

test_undecided_is_not_an_address if {
	violations({object.remove(directory, {"ExternalUrl"}), addressed}, shut) == set()
	every value in [null, "", {"$undecided": "truncated"}] {
		violations({object.union(directory, {"ExternalUrl": value}), addressed}, shut) == set()
	}
}
