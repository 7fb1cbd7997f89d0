package exchange.partner.app_only_profile_in_rest_test

import data.exchange.partner.app_only_profile_in_rest as policy
import data.lib.fixture

key := "OAuthHttpModule.Profiles"

factory := "S2SAppActAs|S2SAppOnly|V1AppActAs|V1AppOnly|Callback|V1S2SActAs|CallbackV2"

with_settings(settings) := fixture.iis("EX01", "Default Web Site", "/API", {"AppSettings": settings})

rest(profiles) := with_settings({key: profiles, "HttpProxy.ProtocolType": "Rest"})

without_key := with_settings({"HttpProxy.ProtocolType": "Rest"})

subject := fixture.subject(without_key)

violations(resource, params) := found if {
	found := policy.violation with input as fixture.estate({resource}) with data.params as params
}

unknowns(resource, params) := {[answer.subject, answer.reason, answer.property] | some answer in found} if {
	found := policy.unknown with input as fixture.estate({resource}) with data.params as params
}

wanted := {"graph_app_only": true}

app_only(observed) := {
	"subject": subject,
	"property": "AppSettings",
	"observed": observed,
	"expected": "without V1S2SAppOnly",
	"message": "The REST front end accepts app-only tokens (V1S2SAppOnly).",
}

lost(observed) := {
	"subject": subject,
	"property": "AppSettings",
	"observed": observed,
	"expected": "with V1S2SAppOnly, as declared by graph_app_only",
	"message": "The REST front end lost the app-only profile that is declared as wanted.",
}

further(observed, names) := {
	"subject": subject,
	"property": "AppSettings",
	"observed": observed,
	"expected": "the profiles that Setup writes",
	"message": sprintf("Further profiles: %s.", [names]),
	"severity": "low",
}

test_rest_front_ends_alone_are_judged if {
	others := {
		fixture.iis("EX01", "Default Web Site", "/EWS", {}),
		fixture.iis("EX01", "Exchange Back End", "/API", {}),
	}
	found := policy.subject with input as fixture.estate(others | {without_key}) with data.params as {}
	found == {fixture.judged(without_key)}
	every other in others {
		violations(object.union(other, {"AppSettings": {key: "V1S2SAppOnly"}}), {}) == set()
		unknowns(object.union(other, {"AppSettings": null}), {}) == set()
	}
}

test_the_factory_value_is_silent if {
	every profiles in [
		factory,
		"callback | v1appactas|S2SAPPONLY",
		"S2SAppOnly",
		"",
		concat("|", [factory, ""]),
	] {
		every params in [{}, {"graph_app_only": false}] {
			violations(rest(profiles), params) == set()
			unknowns(rest(profiles), params) == set()
		}
	}
}

test_app_only if {
	every profiles in [concat("|", [factory, "V1S2SAppOnly"]), "Callback| v1s2sapponly "] {
		every params in [{}, {"graph_app_only": false}] {
			violations(rest(profiles), params) == {app_only(profiles)}
		}
	}
}

test_wanted if {
	with_it := concat("|", [factory, "V1S2SAppOnly"])
	violations(rest(with_it), wanted) == set()
	unknowns(rest(with_it), wanted) == set()
	violations(rest(factory), wanted) == {lost(factory)}
	violations(rest(""), wanted) == {lost("")}
}

test_a_further_profile_warns if {
	profiles := concat("|", [factory, "V2Extra", "Another"])
	every params in [{}, {"graph_app_only": false}] {
		violations(rest(profiles), params) == {further(profiles, "another, v2extra")}
	}
	violations(rest("V2Extra|V1S2SAppOnly"), {}) == {
		app_only("V2Extra|V1S2SAppOnly"),
		further("V2Extra|V1S2SAppOnly", "v2extra"),
	}
	violations(rest("V2Extra|V1S2SAppOnly"), wanted) == {further("V2Extra|V1S2SAppOnly", "v2extra")}
	violations(rest("V2Extra"), wanted) == {further("V2Extra", "v2extra"), lost("V2Extra")}
}

test_without_the_key_it_is_the_factory_state if {
	every settings in [without_key, with_settings({})] {
		violations(settings, {}) == set()
		unknowns(settings, {}) == set()
		violations(settings, wanted) == {lost(null)}
		unknowns(settings, wanted) == set()
	}
}

test_a_file_that_was_not_read_is_unknown if {
	absent := object.remove(without_key, {"AppSettings"})
	every params in [{}, wanted] {
		violations(absent, params) == set()
		unknowns(absent, params) == {[subject, "property_absent", "AppSettings"]}
		every reason, settings in {
			"null_value": null,
			"too_deep": {"$undecided": "too_deep"},
			"value_not_in_table": "OAuthHttpModule.Profiles=V1S2SAppOnly",
		} {
			violations(with_settings(settings), params) == set()
			unknowns(with_settings(settings), params) == {[subject, reason, "AppSettings"]}
		}
	}
}

test_a_key_that_says_nothing_is_unknown if {
	every params in [{}, wanted] {
		every reason, profiles in {"null_value": null, "truncated": {"$undecided": "truncated"}, "value_not_in_table": 7} {
			violations(rest(profiles), params) == set()
			unknowns(rest(profiles), params) == {[subject, reason, "AppSettings"]}
		}
	}
}
