# METADATA
# title: The build does not know Hybrid Modern Authentication
# description: |
#   Below Exchange 2013 CU19, 2016 CU8 or 2019 CU1 the feature does not exist: tokens that reach such a
#   server are refused, and users whose mailboxes are behind it cannot sign in. Subscription Edition always
#   has it. Edge Transport servers take no part. Outlook on the web needs more (HMA-006).
# related_resources:
#   - ref: https://learn.microsoft.com/microsoft-365/enterprise/configure-exchange-server-for-hybrid-modern-authentication
#     description: Configure Exchange Server on-premises to use Hybrid Modern Authentication
#   - ref: Announcing Hybrid Modern Authentication for Exchange On-Premises
#     description: Exchange Team Blog, 2017
#   - ref: https://learn.microsoft.com/exchange/new-features/build-numbers-and-release-dates
#     description: Exchange Server build numbers and release dates
# custom:
#   id: HMA-013
#   severity: high
#   category: HMA
#   profiles: [hma_external]
#   scope: server
#   requires:
#     - host.ServerVersion.FileVersion
#   any_of: []
#   uses:
#     - onprem.ExchangeServer.IsEdgeServer
#     - onprem.ExchangeServer.AdminDisplayVersion
#     - onprem.OrganizationConfig.OAuth2ClientProfileEnabled
#     - onprem.AuthServer.IsDefaultAuthorizationEndpoint
#     - onprem.AuthServer.Type
#     - onprem.AuthServer.Enabled
#   params: []
#   automation: automated
#   remediation:
#     powershell: |
#       # Install the current cumulative update, then its newest security update. What is there:
#       Get-ExchangeServer -Identity {{server}} | Format-List Name, ServerRole, AdminDisplayVersion
#     rollback: |
#       # There is no way back from a cumulative update; until it is installed keep the server out of the namespace.
#   frameworks: {}
#   grade: "S2, V"
#   since: "0.2.0"
package exchange.hybrid.build_below_hma_minimum

import data.lib.builds
import data.lib.hma
import data.lib.result

_minimum[row.product] := row if {
	some row in data.facts.feature_builds
	row.feature == "hma"
}

# Every build once: a large estate has few.
_texts := {version.FileVersion |
	some version in input.host.ServerVersion
	is_string(version.FileVersion)
}

# What a build falls short of, by build.
_below[text] := sprintf("%s or later", [row.build]) if {
	some text in _texts
	build := builds.parts(text)
	row := _minimum[builds.product(build)]
	build < builds.parts(row.build)
}

_below[text] := "Exchange Server 2013 CU19 or later" if {
	some text in _texts
	builds.ancient(builds.parts(text))
}

_placed contains text if {
	some text in _texts
	_minimum[builds.product(builds.parts(text))]
}

_placed contains text if {
	some text in _texts
	builds.ancient(builds.parts(text))
}

# Server to whether it is Edge Transport. Undefined where the list of servers does not say.
_edge[server._key] := server.IsEdgeServer if {
	some server in input.onprem.ExchangeServer
	is_boolean(server.IsEdgeServer)
}

violation contains result.violation(version, "FileVersion", _below[text]) if {
	hma.state == "on"
	some version in input.host.ServerVersion
	text := version.FileVersion
	_edge[version._server] == false
	_below[text]
}

not_applicable contains result.not_applicable(version, hma.off_reason) if {
	some version in input.host.ServerVersion
}

not_applicable contains result.not_applicable(version, "edge_transport") if {
	some version in input.host.ServerVersion
	_edge[version._server] == true
}

unknown contains result.unseen("ExchangeServer", version, sprintf(
	"Nobody knows whether %v is an Edge Transport server; `Get-ExchangeServer` says it.",
	[version._server],
)) if {
	not hma.off_reason
	some version in input.host.ServerVersion
	_below[version.FileVersion]
	not version._server in _roles_known
}

_roles_known := object.keys(_edge)

unknown contains result.unstated(version, "hma", hma.missing) if {
	hma.state == "unknown"
	some version in input.host.ServerVersion
	_edge[version._server] == false
	_below[version.FileVersion]
}

unknown contains result.unknown(version, "build_not_in_table", sprintf(
	"No minimum is on record for build %v. Renew the facts, or look at the vendor's build page.",
	[version.FileVersion],
)) if {
	not hma.off_reason
	some version in input.host.ServerVersion
	version.FileVersion in _texts - _placed
	not _edge[version._server] == true
}
