package lib.value_test

import data.lib.value

resource := {
	"flag": false,
	"blank": null,
	"text": "",
	"none": [],
	"list": ["OAuth"],
	"cut": {"$undecided": "truncated", "seen": ["OAuth"]},
	"partly": ["OAuth", {"$undecided": "too_deep"}],
	"map": {"a": 1},
}

test_decided if {
	{p | some p, _ in resource; value.decided(resource, p)} == {"flag", "text", "none", "list", "map"}
	not value.decided(resource, "absent")
}

test_empty if {
	{p | some p, _ in resource; value.empty(resource, p)} == {"blank", "text", "none"}
	not value.empty(resource, "absent")
}

test_filled if {
	{p | some p, _ in resource; value.filled(resource, p)} == {"flag", "list", "map"}
	not value.filled(resource, "absent")
}

test_settled if {
	{p | some p, _ in resource; value.settled(resource, p)} == {"flag", "blank", "text", "none", "list", "map"}
	not value.settled(resource, "absent")
}

test_reason if {
	value.reason(resource, "absent") == "property_absent"
	value.reason(resource, "blank") == "null_value"
	value.reason(resource, "cut") == "truncated"
	value.reason(resource, "partly") == "too_deep"
	not value.reason(resource, "flag")
	not value.reason(resource, "list")
}

test_words if {
	value.words(["OAuth", "NTLM", "ntlm", {"$undecided": "too_deep"}]) == {"oauth", "ntlm"}
	value.words([]) == set()
	value.words("Basic") == {"basic"}
	not value.words(resource.cut)
	not value.words(null)
}

test_host if {
	value.host("https://Mail.contoso.com/EWS/Exchange.asmx") == "mail.contoso.com"
	value.host("https://mail.contoso.com:444/x") == "mail.contoso.com"
	value.host("http://mail.contoso.com") == "mail.contoso.com"
	not value.host("mail.contoso.com")
	not value.host("")
	not value.host(null)
	not value.host({"$undecided": "truncated"})
}

resource(property_value) := {"_key": "a", "P": property_value}

test_unsettled if {
	answers := [resource(true), resource(null), resource(""), resource([]), resource("x")]
	value.unsettled(answers, "P") == []
	bad := [resource({"$undecided": "truncated"}), resource([{"$undecided": "ad_only"}]), {"_key": "b"}]
	value.unsettled(array.concat(answers, bad), "P") == [
		[bad[0], "truncated"], [bad[1], "ad_only"], [bad[2], "property_absent"],
	]
}

test_unclear if {
	clear := [resource(true), resource(false), resource("x"), resource(["x"]), resource("")]
	value.unclear(clear, "P") == []
	value.unclear([], "P") == []
	every why in {
		"null": [resource(null), "null_value"],
		"mark": [resource({"$undecided": "truncated"}), "truncated"],
		"member": [resource(["x", {"$undecided": "ad_only"}]), "ad_only"],
		"absent": [{"_key": "b"}, "property_absent"],
	} {
		value.unclear(array.concat(clear, [why[0]]), "P") == [why]
		value.unclear([why[0], why[0]], "P") == [why, why]
	}
}
