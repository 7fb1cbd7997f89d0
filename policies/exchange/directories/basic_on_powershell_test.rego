package exchange.directories.basic_on_powershell_test

import data.exchange.directories.basic_on_powershell as policy
import data.lib.fixture

factory := fixture.powershell("EX01", {})

changed(changes) := object.union(factory, changes)

violations(resource) := found if {
	found := policy.violation with input as fixture.estate({resource})
}

test_untouched_server_is_silent if violations(factory) == set()

test_other_properties_do_not_matter if {
	violations(changed({"WindowsAuthentication": true, "RequireSSL": false})) == set()
}

test_basic if {
	violations(changed({"BasicAuthentication": true})) == {{
		"subject": fixture.subject(factory),
		"property": "BasicAuthentication",
		"observed": true,
		"expected": false,
	}}
}

test_back_end_is_not_judged if {
	violations(changed({"_site": "backend", "BasicAuthentication": true})) == set()
}

test_undecided_is_not_a_violation if {
	violations(object.remove(factory, {"BasicAuthentication"})) == set()
	violations(changed({"BasicAuthentication": null})) == set()
	violations(changed({"BasicAuthentication": fixture.ad_only})) == set()
}
