package exchange.authorization.unexpected_authorization_server_test

import data.exchange.authorization.unexpected_authorization_server as policy
import data.lib.fixture

facts := {"token_issuer_hosts": [
	{"type": "AzureAD", "cloud": "global", "host": "login.windows.net"},
	{"type": "AzureAD", "cloud": "global", "host": "login.microsoftonline.com"},
	{"type": "AzureAD", "cloud": "dod", "host": "login.microsoftonline.us"},
	{"type": "MicrosoftACS", "cloud": "global", "host": "accounts.accesscontrol.windows.net"},
]}

evosts := fixture.auth_server("EvoSts", {})

acs := fixture.acs({})

ad_fs := fixture.auth_server("ADFS", {
	"Type": "ADFS",
	"IssuerIdentifier": "https://fs.contoso.com/adfs",
	"AuthMetadataUrl": "https://fs.contoso.com/federationmetadata.xml",
})

facebook := object.union(ad_fs, {"Type": "Facebook"})

linkedin := object.union(ad_fs, {"Type": "LinkedIn"})

violations(resources, params) := found if {
	found := policy.violation with input as fixture.estate(resources)
		with data.params as params
		with data.facts as facts
}

unknowns(resources, params) := {[answer.subject, answer.reason, object.get(answer, "property", null)] |
	some answer in found
} if {
	found := policy.unknown with input as fixture.estate(resources)
		with data.params as params
		with data.facts as facts
}

wrong(resource, property, expected) := {
	"subject": fixture.subject(resource),
	"property": property,
	"observed": resource[property],
	"expected": expected,
}

extra(resource) := object.union(wrong(resource, "Enabled", false), {"message": sprintf(
	"%s is enabled and not among the declared authorization servers.",
	[resource._key],
)})

declared := {"auth_servers": ["EvoSts", "00000001-0000-0000-c000-000000000000"]}

test_declared_is_silent if {
	violations({evosts, acs}, declared) == set()
	unknowns({evosts, acs}, declared) == set()
}

test_nothing_declared if {
	violations({evosts, acs, ad_fs}, {}) == set()
	unknowns({evosts, acs, ad_fs}, {}) == set()
	violations({ad_fs}, {"auth_servers": []}) == set()
}

test_extra if {
	violations({evosts, acs, ad_fs}, declared) == {extra(ad_fs)}
	violations({evosts, acs}, {"auth_servers": ["EvoSts"]}) == {extra(acs)}
	violations({object.union(ad_fs, {"Enabled": false})}, declared) == set()
}

test_social_types if {
	violations({facebook}, {}) == {wrong(facebook, "Type", "MicrosoftACS or AzureAD")}
	violations({linkedin}, {}) == {wrong(linkedin, "Type", "MicrosoftACS or AzureAD")}
	violations({facebook}, declared) == {wrong(facebook, "Type", "MicrosoftACS or AzureAD"), extra(facebook)}
	violations({facebook}, {"auth_servers": ["ADFS"]}) == set()
	violations({object.union(facebook, {"Enabled": false})}, {}) == set()
}

test_foreign_host if {
	foreign := object.union(evosts, {"AuthMetadataUrl": "https://login.windows.net.example.com/x"})
	violations({foreign}, {}) == {wrong(
		foreign,
		"AuthMetadataUrl",
		"a host of login.microsoftonline.com or login.windows.net",
	)}
	violations({foreign}, declared) == {wrong(
		foreign,
		"AuthMetadataUrl",
		"a host of login.microsoftonline.com or login.windows.net",
	)}
	violations({object.union(foreign, {"Enabled": false})}, {}) == set()
	foreign_acs := object.union(acs, {"AuthMetadataUrl": "https://login.windows.net/x"})
	violations({foreign_acs}, {}) == {wrong(
		foreign_acs,
		"AuthMetadataUrl",
		"a host of accounts.accesscontrol.windows.net",
	)}
}

test_an_address_without_host_is_foreign if {
	broken := object.union(evosts, {"AuthMetadataUrl": "login.windows.net"})
	violations({broken}, {}) == {wrong(
		broken,
		"AuthMetadataUrl",
		"a host of login.microsoftonline.com or login.windows.net",
	)}
}

test_no_address_is_silent if {
	violations({object.union(evosts, {"AuthMetadataUrl": null})}, {}) == set()
	violations({object.union(evosts, {"AuthMetadataUrl": ""})}, {}) == set()
	unknowns({object.union(evosts, {"AuthMetadataUrl": null})}, {}) == set()
}

test_clouds if {
	sovereign := object.union(evosts, {"AuthMetadataUrl": "https://login.microsoftonline.us/x"})
	violations({sovereign}, {"cloud": "dod"}) == set()
	unknowns({sovereign}, {"cloud": "dod"}) == set()
	violations({evosts}, {"cloud": "dod"}) == {wrong(evosts, "AuthMetadataUrl", "a host of login.microsoftonline.us")}
	violations({evosts}, {"cloud": "china"}) == set()
	unknowns({evosts}, {"cloud": "china"}) == {[fixture.subject(evosts), "cloud_not_in_table", null]}
	unknowns({acs}, {"cloud": "dod"}) == {[fixture.subject(acs), "cloud_not_in_table", null]}
	unknowns({ad_fs}, {"cloud": "china"}) == set()
	unknowns({object.union(evosts, {"Enabled": false})}, {"cloud": "china"}) == set()
}

test_any_certificate if {
	trusting := object.union(evosts, {"TrustAnySSLCertificate": true})
	violations({trusting}, {}) == {wrong(trusting, "TrustAnySSLCertificate", false)}
	stopped := object.union(trusting, {"Enabled": false})
	violations({stopped}, {}) == {wrong(stopped, "TrustAnySSLCertificate", false)}
	violations({object.union(evosts, {"TrustAnySSLCertificate": false})}, {}) == set()
}

test_undecided_is_unknown if {
	typeless := object.union(evosts, {"Type": null})
	violations({typeless}, declared) == set()
	unknowns({typeless}, declared) == {[fixture.subject(evosts), "null_value", "Type"]}
	unknowns({object.union(typeless, {"Enabled": false})}, declared) == set()
	absent := object.remove(acs, {"AuthMetadataUrl"})
	violations({absent}, declared) == set()
	unknowns({absent}, declared) == {[fixture.subject(acs), "property_absent", "AuthMetadataUrl"]}
	unknowns({object.union(absent, {"Enabled": false})}, declared) == set()
	unknowns({object.remove(ad_fs, {"AuthMetadataUrl"})}, {}) == set()
}

test_undecided_state_is_the_engines if {
	violations({object.union(facebook, {"Enabled": null})}, declared) == set()
	violations({object.remove(facebook, {"Enabled"})}, declared) == set()
}
