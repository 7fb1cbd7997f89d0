package lib.result_test

import data.lib.fixture
import data.lib.result

ews := fixture.ews("EX01", {"BasicAuthentication": true})

subject := {"plane": "onprem", "kind": "WebServicesVirtualDirectory", "id": "EX01\\EWS (Default Web Site)"}

contoso := {"plane": null, "kind": "Organization", "id": "contoso"}

test_subject if result.subject(ews) == subject

test_judged if result.judged(ews) == object.union(subject, {"server": "EX01"})

test_organization if {
	result.organization == contoso with input as {"organization": "contoso"}
	result.judged_organization == object.union(contoso, {"server": null}) with input as {"organization": "contoso"}
}

test_violation if {
	result.violation(ews, "BasicAuthentication", false) == {
		"subject": subject,
		"property": "BasicAuthentication",
		"observed": true,
		"expected": false,
	}
	result.violation(ews, "Nothing", false).observed == null
}

test_caused if {
	other := fixture.mapi("EX02", {"IISAuthenticationMethods": ["Ntlm"]})
	result.caused(ews, other, "IISAuthenticationMethods", ["OAuth"]) == {
		"subject": subject,
		"resource": {
			"plane": "onprem",
			"kind": "MapiVirtualDirectory",
			"id": "EX02\\mapi (Default Web Site)",
			"server": "EX02",
		},
		"property": "IISAuthenticationMethods",
		"observed": ["Ntlm"],
		"expected": ["OAuth"],
	}
	result.caused(ews, other, "Nothing", true).observed == null
}

test_warning if {
	result.warning(ews, "BasicAuthentication", false, "low") == {
		"subject": subject,
		"property": "BasicAuthentication",
		"observed": true,
		"expected": false,
		"severity": "low",
	}
}

test_lowered if result.lowered({"a": 1}, "low") == {"a": 1, "severity": "low"}

test_lacking if {
	result.lacking([], "one", "None is there.") == {
		"subject": contoso,
		"property": null,
		"observed": [],
		"expected": "one",
		"message": "None is there.",
	} with input as {"organization": "contoso"}
}

test_subjects if {
	without := object.remove(ews, {"_server"})
	result.subjects([ews]) == {result.judged(ews)}
	result.subjects([ews, ews, without]) == {result.judged(ews), result.judged(without)}
	result.subjects([]) == set()
}

test_breaking if {
	result.breaking(ews, "BasicAuthentication", false) == {
		"subject": contoso,
		"resource": object.union(subject, {"server": "EX01"}),
		"property": "BasicAuthentication",
		"observed": true,
		"expected": false,
	} with input as {"organization": "contoso"}
}

test_saying if result.saying({"a": 1}, "So it is.") == {"a": 1, "message": "So it is."}

test_not_applicable if result.not_applicable(ews, "not_external") == {"subject": subject, "reason": "not_external"}

test_unknown if {
	result.unknown(ews, "param_missing", "Say it.") == {
		"subject": subject,
		"reason": "param_missing",
		"message": "Say it.",
	}
}

test_unseen if {
	result.unseen("IisApplication", ews, "Read it.") == {
		"subject": subject,
		"reason": "not_collected",
		"kind": "IisApplication",
		"message": "Read it.",
	}
}

test_resting_on if result.resting_on({"a": 1}, "IisApplication") == {"a": 1, "kind": "IisApplication"}

test_unstated if {
	result.unstated(ews, "exposure", "Say it.") == {
		"subject": subject,
		"reason": "param_missing",
		"param": "exposure",
		"message": "Say it.",
	}
}

test_doubted if {
	doubt := {"reason": "truncated", "kind": "OutlookAnywhere", "message": "Read it."}
	result.doubted(ews, doubt) == object.union(doubt, {"subject": subject})
}

test_undecided if {
	result.undecided(ews, "BasicAuthentication", "ad_only") == {
		"subject": subject,
		"reason": "ad_only",
		"property": "BasicAuthentication",
		"kind": "WebServicesVirtualDirectory",
		"message": "BasicAuthentication of EX01\\EWS (Default Web Site) has no usable value (ad_only).",
	}
}

test_unread if {
	result.unread("cloud", "AcceptedDomain") == {
		"subject": contoso,
		"reason": "not_collected",
		"kind": "AcceptedDomain",
		"message": "AcceptedDomain (cloud) was not read, or not all of it.",
	} with input as {"organization": "contoso"}
}
