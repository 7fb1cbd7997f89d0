package exchange.application.secret_on_mail_application_test

import data.exchange.application.secret_on_mail_application as policy
import data.lib.fixture

facts := {"mailbox_app_roles": [{
	"resource": "00000003-0000-0000-c000-000000000000",
	"role": "810c84a8-4a9e-49e6-bf7d-12d183f40d01",
}]}

asks(resource, role, type) := [{"resourceAppId": resource, "resourceAccess": [{"id": role, "type": type}]}]

exchange := asks("00000002-0000-0ff1-ce00-000000000000", "dc890d15-9560-4a4c-9b7f-a736ec74ec40", "Role")

mail := asks("00000003-0000-0000-c000-000000000000", "810c84a8-4a9e-49e6-bf7d-12d183f40d01", "Role")

key := fixture.key_credential("55555555-6666-7777-8888-999999999999", {})

secret := {
	"keyId": "11111111-6666-7777-8888-999999999999",
	"startDateTime": "2026-01-01T00:00:00Z",
	"endDateTime": "2027-01-01T00:00:00Z",
}

identifier := "11111111-2222-3333-4444-555555555555"

app(changes) := fixture.application(identifier, object.union(
	{"displayName": "Room booking", "requiredResourceAccess": mail},
	changes,
))

subject := fixture.subject(app({}))

judge(resource) := found if {
	found := policy.violation with input as fixture.estate({resource}) with data.facts as facts
}

violations(changes) := judge(app(changes))

reasons(resource) := {answer.reason | some answer in unknown} | {answer.reason | some answer in skipped} if {
	unknown := policy.unknown with input as fixture.estate({resource}) with data.facts as facts
	skipped := policy.not_applicable with input as fixture.estate({resource}) with data.facts as facts
}

others(changes) := reasons(app(changes))

silent(changes) if {
	violations(changes) == set()
	others(changes) == set()
}

wrong(property, observed, expected, message) := {
	"subject": subject,
	"property": property,
	"observed": observed,
	"expected": expected,
	"message": message,
}

low(answer) := object.union(answer, {"severity": "low"})

has_secret := {wrong("passwordCredentials", [secret], [], "The application signs in with a secret: 1 on record.")}

test_a_certificate_is_silent if {
	silent({})
	silent({"keyCredentials": [key, key]})
}

test_secret if {
	violations({"passwordCredentials": [secret]}) == has_secret
	others({"passwordCredentials": [secret]}) == set()
	violations({"passwordCredentials": [secret], "requiredResourceAccess": exchange}) == has_secret
	violations({"passwordCredentials": [secret], "keyCredentials": []}) == has_secret
	others({"passwordCredentials": [secret], "keyCredentials": []}) == set()
}

dates(start, end) := object.union(key, {"startDateTime": start, "endDateTime": end})

expired := dates("2025-06-01T00:00:00Z", "2026-06-01T00:00:00Z")

test_expired_keys if {
	keys := [expired, dates("2025-11-21T02:00:00Z", "2026-11-21T02:00:00Z")]
	violations({"keyCredentials": keys}) == {wrong(
		"keyCredentials", keys, "one key that has not expired",
		"Every key of the application has expired.",
	)}
	silent({"keyCredentials": [expired, key]})
}

test_long_keys_warn if {
	keys := [dates("2026-01-01T00:00:00Z", "2027-01-02T00:00:01Z")]
	violations({"keyCredentials": keys}) == {low(wrong(
		"keyCredentials", keys, "keys of twelve months at most",
		"A key of the application is good for more than twelve months.",
	))}
	silent({"keyCredentials": [dates("2026-01-01T00:00:00Z", "2027-01-02T00:00:00Z")]})
	silent({"keyCredentials": [key, dates("2020-01-01T00:00:00Z", "2025-01-01T00:00:00Z")]})
}

test_many_keys_warn if {
	violations({"keyCredentials": [key, key, key]}) == {low(wrong(
		"keyCredentials", [key, key, key], "two keys at most",
		"The application has 3 keys.",
	))}
}

test_permissions_that_are_not_on_mailboxes if {
	every access in [
		[],
		asks("00000003-0000-0000-c000-000000000000", "df021288-bdef-4463-88db-98f22de89214", "Role"),
		asks("00000003-0000-0000-c000-000000000000", "810c84a8-4a9e-49e6-bf7d-12d183f40d01", "Scope"),
		asks("00000002-0000-0ff1-ce00-000000000000", "dc890d15-9560-4a4c-9b7f-a736ec74ec40", "Scope"),
		asks("00000009-0000-0000-c000-000000000000", "810c84a8-4a9e-49e6-bf7d-12d183f40d01", "Role"),
	] {
		violations({"passwordCredentials": [secret], "requiredResourceAccess": access}) == set()
		others({"passwordCredentials": [secret], "requiredResourceAccess": access}) == {"no_mailbox_permission"}
	}
}

test_the_dedicated_application_has_a_key_of_its_own if {
	dedicated := {"displayName": "ExchangeServerApp-00000000-1111-2222-3333-444444444444"}
	silent(object.union(dedicated, {"keyCredentials": [dates("2020-01-01T00:00:00Z", "2025-01-01T00:00:00Z")]}))
	silent(object.union(dedicated, {"keyCredentials": [dates("2026-01-01T00:00:00Z", "2031-01-01T00:00:00Z"), key, key]}))
	violations(object.union(dedicated, {"passwordCredentials": [secret]})) == has_secret
}

test_nothing_to_sign_in_with if {
	violations({"keyCredentials": []}) == set()
	others({"keyCredentials": []}) == {"no_credentials"}
}

test_permissions_that_are_not_known if {
	every odd in [null, {"$undecided": "truncated"}, [{"resourceAppId": "x", "resourceAccess": {"$undecided": "too_deep"}}]] {
		violations({"passwordCredentials": [secret], "requiredResourceAccess": odd}) == set()
		others({"passwordCredentials": [secret], "requiredResourceAccess": odd}) == {"property_absent"}
	}
	absent := object.remove(app({"passwordCredentials": [secret]}), {"requiredResourceAccess"})
	judge(absent) == set()
	reasons(absent) == {"property_absent"}
	others({"keyCredentials": [], "requiredResourceAccess": null}) == set()
	cut := array.concat(mail, [{"resourceAppId": "x", "resourceAccess": {"$undecided": "too_deep"}}])
	violations({"passwordCredentials": [secret], "requiredResourceAccess": cut}) == has_secret
}

test_dates_that_are_not_known if {
	every odd in [null, {"$undecided": "truncated"}, "21.11.2030"] {
		every property in {"startDateTime", "endDateTime"} {
			keys := [object.union(key, {property: odd})]
			violations({"keyCredentials": keys}) == set()
			others({"keyCredentials": keys}) == {"property_absent"}
		}
	}
}

test_a_name_that_is_not_known if {
	nameless := app({"displayName": null, "keyCredentials": [expired]})
	judge(nameless) == set()
	reasons(nameless) == {"null_value"}
	count(judge(app({"displayName": null, "passwordCredentials": [secret]}))) == 1
}

test_undecided_is_the_engines if {
	every odd in [null, {"$undecided": "truncated"}] {
		violations({"passwordCredentials": odd, "keyCredentials": [expired]}) == set()
		violations({"keyCredentials": odd}) == set()
		others({"keyCredentials": odd}) == set()
	}
	violations({"keyCredentials": {"$undecided": "truncated"}, "passwordCredentials": [secret]}) == has_secret
}
