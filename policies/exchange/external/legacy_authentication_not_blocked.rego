# METADATA
# title: No authentication policy blocks legacy authentication
# description: |
#   On Exchange 2019 and later an authentication policy refuses Basic, Digest, NTLM and Kerberos by protocol,
#   whatever a rebuilt directory offers. The organization's default policy must block POP, IMAP and every
#   published protocol; all of them where `params: {namespaces: ...}` does not say what is published. A policy
#   of its own that lets users do more only warns: accounts of mailbox moves need NTLM. Every server must be at
#   2019 CU2 or later for it. Users are counted, never named.
# related_resources:
#   - ref: https://learn.microsoft.com/exchange/plan-and-deploy/post-installation-tasks/disable-legacy-auth
#     description: Disabling legacy authentication in Exchange Server
#   - ref: New-AuthenticationPolicy
#     description: Cmdlet reference
#   - ref: Securing external Exchange servers and Teams delegate scheduling
#     description: Consultant article
# custom:
#   id: EXT-012
#   severity: high
#   category: EXT
#   profiles: [hma_external]
#   scope: organization
#   requires:
#     - onprem.OrganizationConfig
#     - onprem.ExchangeServer.AdminDisplayVersion
#   any_of: []
#   uses:
#     - onprem.OrganizationConfig.DefaultAuthenticationPolicy
#     - onprem.OrganizationConfig.OAuth2ClientProfileEnabled
#     - onprem.ExchangeServer.IsEdgeServer
#     - onprem.AuthenticationPolicy.Name
#     - onprem.AuthenticationPolicy.BlockLegacyAuthActiveSync
#     - onprem.AuthenticationPolicy.BlockLegacyAuthAutodiscover
#     - onprem.AuthenticationPolicy.BlockLegacyAuthImap
#     - onprem.AuthenticationPolicy.BlockLegacyAuthMapi
#     - onprem.AuthenticationPolicy.BlockLegacyAuthOfflineAddressBook
#     - onprem.AuthenticationPolicy.BlockLegacyAuthPop
#     - onprem.AuthenticationPolicy.BlockLegacyAuthRpc
#     - onprem.AuthenticationPolicy.BlockLegacyAuthWebServices
#     - onprem.User.AuthenticationPolicy
#     - onprem.AuthServer.IsDefaultAuthorizationEndpoint
#     - onprem.AuthServer.Type
#     - onprem.AuthServer.Enabled
#   params: []
#   automation: automated
#   remediation:
#     powershell: |
#       # Give accounts that move mailboxes a policy of their own first. It shows on the wire after 30 minutes, or iisreset.
#       New-AuthenticationPolicy -Name 'Block legacy' -BlockLegacyAuthActiveSync -BlockLegacyAuthAutodiscover -BlockLegacyAuthImap -BlockLegacyAuthMapi -BlockLegacyAuthOfflineAddressBook -BlockLegacyAuthPop -BlockLegacyAuthRpc -BlockLegacyAuthWebServices
#       Set-OrganizationConfig -DefaultAuthenticationPolicy 'Block legacy'
#       # Where there is a default policy already, complete it instead: Set-AuthenticationPolicy -Identity '<name>' -BlockLegacyAuthMapi and so on.
#     rollback: |
#       # Where no policy was the default before:
#       Set-OrganizationConfig -DefaultAuthenticationPolicy $null
#   frameworks:
#     SCuBA: ["MS.AAD.1.1v1"]
#     NIST SP 800-53: ["CM-7"]
#   grade: "S0, V"
#   since: "0.2.0"
package exchange.external.legacy_authentication_not_blocked

import data.lib.builds
import data.lib.coverage
import data.lib.hma
import data.lib.params
import data.lib.result
import data.lib.value

_default := "DefaultAuthenticationPolicy"

_needed_where_published := {
	"activesync": "BlockLegacyAuthActiveSync",
	"autodiscover": "BlockLegacyAuthAutodiscover",
	"ews": "BlockLegacyAuthWebServices",
	"mapi": "BlockLegacyAuthMapi",
	"oab": "BlockLegacyAuthOfflineAddressBook",
	"rpc": "BlockLegacyAuthRpc",
}

_all_paths := object.keys(_needed_where_published)

# The published paths: those that the namespaces state, or all, where one states none.
_published := union({found | some found in params.paths}) if {
	count(params.namespaces) > 0
	every name in params.namespaces {
		params.paths[name]
	}
} else := _all_paths

_needed := {"BlockLegacyAuthImap", "BlockLegacyAuthPop"} | {flag |
	some path in object.keys(_needed_where_published)
	path in _published
	flag := _needed_where_published[path]
}

_modern := {
	"BlockModernAuthActiveSync", "BlockModernAuthAutodiscover", "BlockModernAuthImap", "BlockModernAuthMapi",
	"BlockModernAuthOfflineAddressBook", "BlockModernAuthPop", "BlockModernAuthRpc", "BlockModernAuthWebServices",
}

_minimum := builds.parts(row.build) if {
	some row in data.facts.feature_builds
	row.feature == "authentication_policies"
}

# The versions of all servers but Edge Transport.
_versions := {server.AdminDisplayVersion |
	some server in input.onprem.ExchangeServer
	not _edge(server)
	is_string(server.AdminDisplayVersion)
}

_edge(server) if server.IsEdgeServer == true

_older_server if {
	some version in _versions
	builds.parts(version) < _minimum
}

_capable if {
	some version in _versions
	builds.parts(version) >= [15, 2, 0, 0]
}

_left_out := hma.off_reason

_left_out := "older_product" if {
	not hma.off_reason
	count(_versions) > 0
	not _capable
}

_left_out := "older_server" if {
	not hma.off_reason
	_capable
	_older_server
}

subject contains result.judged_organization

# The policies by name, in lower case.
_policies[name] contains found if {
	some found in input.onprem.AuthenticationPolicy
	name := lower(found.Name)
}

_default_name := lower(config[_default]) if {
	some config in input.onprem.OrganizationConfig
	value.filled(config, _default)
	is_string(config[_default])
}

_default_policies := _policies[_default_name]

_wrong contains result.breaking(config, _default, "a policy that blocks legacy authentication") if {
	some config in input.onprem.OrganizationConfig
	value.empty(config, _default)
}

_wrong contains result.breaking(config, _default, "a policy that exists") if {
	some config in input.onprem.OrganizationConfig
	coverage.complete("onprem", "AuthenticationPolicy")
	_default_name
	not _default_policies
}

_wrong contains result.breaking(found, flag, true) if {
	some found in _default_policies
	some flag in _needed
	found[flag] == false
}

_wrong contains result.breaking(found, flag, false) if {
	some found in _default_policies
	some flag in _modern
	found[flag] == true
}

# Users under another policy than the default.
_others[name] := number if {
	some users in input.onprem.User
	is_object(users.AuthenticationPolicy)
	some name, number in users.AuthenticationPolicy
	not name in {"unset", "unknown"}
	is_number(number)
	number > 0
	lower(name) != _default_name
}

_wrong contains object.union_n([
	result.breaking(users, "AuthenticationPolicy", "no policy that allows legacy authentication"),
	{
		"severity": "low",
		"message": sprintf("%s lets users (%d) do what the default blocks: %s.", [
			found.Name,
			number,
			concat(", ", sort(allowed)),
		]),
	},
]) if {
	some users in input.onprem.User
	some name, number in _others
	some found in _policies[lower(name)]
	allowed := {flag | some flag in _needed; found[flag] == false}
	count(allowed) > 0
}

violation contains answer if {
	not _left_out
	hma.state == "on"
	some answer in _wrong
}

not_applicable contains {"subject": result.organization, "reason": _left_out}

_unclear(reason, missing, message) := object.union(
	{"subject": result.organization, "reason": reason, "message": message},
	missing,
)

unknown contains _unclear("param_missing", {"param": "hma"}, hma.missing) if {
	not _left_out
	hma.state == "unknown"
	count(_wrong) > 0
}

unknown contains _unclear("build_not_in_table", {"kind": "ExchangeServer"}, sprintf(
	"%v is not a version that can be compared. Read the servers again with `Get-ExchangeServer`.",
	[version],
)) if {
	some version in _versions
	not builds.parts(version)
}

unknown contains object.union(
	result.undecided(config, _default, value.reason(config, _default)),
	{"subject": result.organization},
) if {
	not _left_out
	some config in input.onprem.OrganizationConfig
	not value.settled(config, _default)
}

unknown contains _unclear(
	"not_collected",
	{"kind": "AuthenticationPolicy"},
	"The authentication policies were not read; `Get-AuthenticationPolicy` shows what they block.",
) if {
	not _left_out
	_default_name
	not _default_policies
	not coverage.complete("onprem", "AuthenticationPolicy")
}

unknown contains object.union(
	result.undecided(found, flag, why),
	{"subject": result.organization},
) if {
	not _left_out
	some found in _default_policies
	some flag in _needed
	why := value.reason(found, flag)
}

# Absent before 2019 CU13: nothing is blocked then.
unknown contains object.union(
	result.undecided(found, flag, why),
	{"subject": result.organization},
) if {
	not _left_out
	some found in _default_policies
	some flag in _modern
	why := value.reason(found, flag)
	why != "property_absent"
}

unknown contains _unclear(
	"not_collected",
	{"kind": "User"},
	"The users were not all counted; `Get-User` shows who has an authentication policy of their own.",
) if {
	not _left_out
	not _counted
}

_counted if {
	coverage.complete("onprem", "User")
	count(input.onprem.User) > 0
}

unknown contains object.union(
	result.undecided(users, "AuthenticationPolicy", why),
	{"subject": result.organization},
) if {
	not _left_out
	some users in input.onprem.User
	why := value.reason(users, "AuthenticationPolicy")
}

unknown contains _unclear("property_absent", {"kind": "User"}, sprintf(
	"Users whose authentication policy the export does not show: %d.",
	[users.AuthenticationPolicy.unknown],
)) if {
	not _left_out
	some users in input.onprem.User
	users.AuthenticationPolicy.unknown > 0
}

unknown contains _unclear("not_collected", {"kind": "AuthenticationPolicy"}, sprintf(
	"What the authentication policy %s blocks was not read, and users (%d) have it.",
	[name, number],
)) if {
	not _left_out
	some name, number in _others
	not _policies[lower(name)]
}

unknown contains object.union(
	result.undecided(found, flag, why),
	{"subject": result.organization},
) if {
	not _left_out
	some name, _ in _others
	some found in _policies[lower(name)]
	some flag in _needed
	why := value.reason(found, flag)
}
