package exchange.hybrid.half_done_oauth_on_owa_and_ecp_test

import data.exchange.hybrid.half_done_oauth_on_owa_and_ecp as policy
import data.lib.fixture
import data.lib.fixture_web

facts := {"feature_builds": [
	{"feature": "hma", "product": "Exchange Server 2019", "build": "15.2.330.5"},
	{"feature": "owa_hma", "product": "Exchange Server 2019", "build": "15.2.1544.11"},
]}

current := "15.2.1748.53"

at(server, build) := {fixture.server_version(server, build), fixture.exchange_server(server, {"AdminDisplayVersion": build})}

new := at("EX01", current)

owa(changes) := fixture_web.owa("EX01", changes)

ecp(changes) := fixture_web.ecp("EX01", changes)

done := fixture_web.oauth_only

on(changes) := object.union(done, changes)

both_on := {owa(done), ecp(done)}

both_off := {owa({}), ecp({})}

violations(resources) := found if {
	found := policy.violation with input as fixture.estate(resources) with data.facts as facts
}

unknowns(resources) := {[answer.subject.id, answer.reason, object.get(answer, "property", null)] | some answer in found} if {
	found := policy.unknown with input as fixture.estate(resources) with data.facts as facts
}

left_out(resources) := {[answer.subject.id, answer.reason] | some answer in found} if {
	found := policy.not_applicable with input as fixture.estate(resources) with data.facts as facts
}

silent(resources) if {
	violations(resources) == set()
	unknowns(resources) == set()
	left_out(resources) == set()
}

wrong(directory, property, observed, expected) := {
	"subject": fixture.subject(directory),
	"property": property,
	"observed": observed,
	"expected": expected,
}

saying(answer, message) := object.union(answer, {"message": message})

mixed(directory, example) := saying(
	wrong(directory, "OAuthAuthentication", false, true),
	sprintf("OAuth is on for other directories of the pair, such as %s, and off here.", [example]),
)

too_old(directory, server) := saying(
	wrong(directory, "OAuthAuthentication", true, false),
	sprintf("OAuth for Outlook on the web needs 15.2.1544.11 or later on every server; %s is older.", [server]),
)

key(directory) := directory._key

keys(directories) := {key(directory) | some directory in directories}

test_subjects if {
	back := object.union(fixture_web.owa("EX02", {}), {"_site": "backend"})
	found := policy.subject with input as fixture.estate(both_off | {back})
	found == {fixture.judged(owa({})), fixture.judged(ecp({}))}
}

test_off_everywhere if {
	silent(both_off | new)
	silent(both_off | at("EX01", "15.2.1118.7"))
	silent(both_off)
}

test_on_everywhere if {
	silent(both_on | new)
	silent(both_on | at("EX01", "15.2.1544.11"))
	second := {fixture_web.owa("EX02", done), fixture_web.ecp("EX02", done)} | at("EX02", current)
	silent((both_on | new) | second)
}

test_one_of_the_pair if {
	violations({owa(done), ecp({})} | new) == {mixed(ecp({}), key(owa({})))}
	violations({owa({}), ecp(done)} | new) == {mixed(owa({}), key(ecp({})))}
	unknowns({owa({}), ecp(done)} | new) == set()
	left_out({owa({}), ecp(done)} | new) == set()
}

test_one_server_of_two if {
	second := {fixture_web.owa("EX02", {}), fixture_web.ecp("EX02", {})} | at("EX02", current)
	violations((both_on | new) | second) == {
		mixed(fixture_web.owa("EX02", {}), key(ecp({}))),
		mixed(fixture_web.ecp("EX02", {}), key(ecp({}))),
	}
}

test_passwords_beside_oauth if {
	properties := {"FormsAuthentication", "BasicAuthentication", "DigestAuthentication", "AdfsAuthentication"}
	every property in properties {
		one := owa(on({property: true}))
		violations({one, ecp(done)} | new) == {wrong(one, property, true, false)}
		other := ecp(on({property: true}))
		violations({owa(done), other} | new) == {wrong(other, property, true, false)}
		violations({owa({property: true}), ecp({property: true})} | new) == set()
	}
}

test_windows_warns if {
	one := owa(on({"WindowsAuthentication": true}))
	violations({one, ecp(done)} | new) == {object.union(
		wrong(one, "WindowsAuthentication", true, false),
		{"severity": "low"},
	)}
	violations({owa({"WindowsAuthentication": true}), ecp({})} | new) == set()
}

test_a_server_below_the_update if {
	every build in {"15.2.1544.10", "15.2.1544.4", "15.2.1118.7"} {
		found := both_on | at("EX01", build)
		violations(found) == {too_old(owa({}), "EX01"), too_old(ecp({}), "EX01")}
		unknowns(found) == set()
		left_out(found) == set()
	}
}

test_one_old_server_spoils_all if {
	second := {fixture_web.owa("EX02", {}), fixture_web.ecp("EX02", {})} | at("EX02", "15.2.1258.12")
	violations((both_on | new) | second) == {too_old(owa({}), "EX02"), too_old(ecp({}), "EX02")}
	left_out((both_on | new) | second) == set()
	elsewhere := at("EX09", "15.1.2507.6")
	silent((both_on | new) | elsewhere)
}

shown(build) := {fixture.exchange_server("EX01", {"AdminDisplayVersion": build})}

test_the_cumulative_update_is_enough_where_it_decides if {
	silent(both_on | shown("15.2.1748.10"))
	violations(both_on | shown("15.2.1258.12")) == {too_old(owa({}), "EX01"), too_old(ecp({}), "EX01")}
	violations(both_on | shown("15.2.1544.4")) == set()
	unknowns(both_on | shown("15.2.1544.4")) == {[found, "not_collected", null] | some found in keys(both_on)}
	exact := {fixture.server_version("EX01", "15.2.1544.11")}
	silent((both_on | exact) | shown("15.2.1544.4"))
	older := {fixture.server_version("EX01", "15.2.1544.4")}
	count(violations((both_on | older) | shown("15.2.1748.10"))) == 2
	unknowns((both_on | older) | shown("15.2.1748.10")) == set()
}

test_unknown_build if {
	violations(both_on) == set()
	unknowns(both_on) == {[found, "not_collected", null] | some found in keys(both_on)}
	unknowns(both_off) == set()
	second := {fixture_web.owa("EX02", {}), fixture_web.ecp("EX02", {})} | at("EX02", "15.2.1258.12")
	count(violations(both_on | second)) == 2
}

does_not_apply(resources) if {
	violations(resources) == set()
	unknowns(resources) == set()
	left_out(resources) == {[found, "older_product"] | some found in keys(both_off)}
}

test_beside_an_older_product_it_does_not_apply if {
	absent := {owa({}), object.remove(ecp({}), {"OAuthAuthentication"})}
	every build in {"15.1.2507.6", "15.0.1497.2"} {
		does_not_apply(both_off | at("EX01", build))
		does_not_apply(absent | at("EX01", build))
	}
	does_not_apply(both_off | shown("15.1.2507.6"))
}

test_beside_an_older_product_on_is_wrong if {
	second := {fixture_web.owa("EX02", done), fixture_web.ecp("EX02", {})} | at("EX02", current)
	found := (both_off | at("EX01", "15.1.2507.6")) | second
	violations(found) == {too_old(fixture_web.owa("EX02", {}), "EX01")}
	left_out(found) == {[k, "older_product"] | some k in keys(both_off | {fixture_web.ecp("EX02", {})})}
}

test_undecided_flag if {
	every odd in {
		[object.remove(ecp({}), {"OAuthAuthentication"}), "property_absent"],
		[ecp({"OAuthAuthentication": null}), "null_value"],
		[ecp({"OAuthAuthentication": fixture.ad_only}), "ad_only"],
	} {
		violations({owa({}), odd[0]} | new) == set()
		unknowns({owa({}), odd[0]} | new) == {[found, odd[1], "OAuthAuthentication"] | some found in keys(both_off)}
		violations({owa(done), odd[0]} | new) == set()
		unknowns({owa(done), odd[0]} | new) == {[key(ecp({})), odd[1], "OAuthAuthentication"]}
	}
}

test_undecided_flag_of_an_older_product if {
	masked := ecp({"OAuthAuthentication": fixture.ad_only})
	unknowns({owa({}), masked} | at("EX01", "15.1.2507.6")) == {[key(masked), "ad_only", "OAuthAuthentication"]}
	second := {fixture_web.owa("EX02", {}), object.remove(fixture_web.ecp("EX02", {}), {"OAuthAuthentication"})}
	found := ((both_off | at("EX01", "15.1.2507.6")) | second) | at("EX02", current)
	unknowns(found) == {[key(fixture_web.ecp("EX02", {})), "property_absent", "OAuthAuthentication"]}
}

test_undecided_methods_beside_oauth if {
	properties := {
		"FormsAuthentication", "BasicAuthentication", "DigestAuthentication", "AdfsAuthentication",
		"WindowsAuthentication",
	}
	every property in properties {
		masked := owa(on({property: fixture.ad_only}))
		violations({masked, ecp(done)} | new) == set()
		unknowns({masked, ecp(done)} | new) == {[key(masked), "ad_only", property]}
		absent := object.remove(owa(done), {property})
		unknowns({absent, ecp(done)} | new) == {[key(absent), "property_absent", property]}
		silent({owa({property: null}), ecp({})} | new)
	}
}

test_the_table_has_the_minimum if {
	found := {row.build | some row in data.facts.feature_builds; row.feature == "owa_hma"}
	found == {"15.2.1544.11"}
}
