package lib.hosts_test

import data.lib.hosts

both := {
	"InternalUrl": "https://EX01.contoso.com:443/EWS/Exchange.asmx",
	"ExternalUrl": "https://mail.contoso.com/EWS/Exchange.asmx",
}

test_by_address if {
	empty := {"InternalUrl": null, "ExternalUrl": ""}
	hosts.by_address([both, empty, {"InternalUrl": both.ExternalUrl, "Server": "https://other.contoso.com/"}]) == {
		both.InternalUrl: "ex01.contoso.com",
		both.ExternalUrl: "mail.contoso.com",
	}
	hosts.by_address([]) == {}
}

test_covers if {
	hosts.covers("Mail.contoso.com", "mail.contoso.com")
	hosts.covers("*.Contoso.com", "mail.contoso.com")
	not hosts.covers("*.contoso.com", "a.mail.contoso.com")
	not hosts.covers("*.contoso.com", "contoso.com")
	not hosts.covers("*.com", "contoso.com")
	not hosts.covers("mail.contoso.com", "mail.contoso.com.example.net")
	not hosts.covers("contoso.com", "mail.contoso.com")
	not hosts.covers("x.contoso.com", "mail.contoso.com")
}

test_uncovered if {
	names := ["mail.contoso.com", "*.inside.contoso.com"]
	hosts.uncovered({"mail.contoso.com", "ex01.inside.contoso.com"}, names) == set()
	hosts.uncovered({"mail.contoso.com", "autodiscover.contoso.com"}, names) == {"autodiscover.contoso.com"}
	hosts.uncovered({"mail.contoso.com"}, []) == {"mail.contoso.com"}
	hosts.uncovered(set(), names) == set()
}

published(paths) := found if {
	found := hosts.published(paths) with data.params as {"namespaces": {
		"Mail.contoso.com": {"paths": ["EWS", "mapi"]},
		"owa.contoso.com": {"paths": ["owa"]},
		"none.contoso.com": {},
	}}
}

test_published if {
	published({"ews", "autodiscover"}) == {"mail.contoso.com"}
	published({"owa", "mapi"}) == {"mail.contoso.com", "owa.contoso.com"}
	published({"oab"}) == set()
	hosts.published({"ews"}) == set() with data.params as {}
}
