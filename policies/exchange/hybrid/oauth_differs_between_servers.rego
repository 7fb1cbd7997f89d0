# METADATA
# title: A server of the group does not offer OAuth where its peers do
# description: |
#   Behind a load balancer one server of ten without OAuth fails at random, the hardest fault of all to find.
#   Servers are compared by directory within one exposure: those set apart on purpose are a group of their
#   own. Reported is the side without OAuth, the one to change. A directory without usable evidence is
#   unknown, and so is every peer of it that is not seen to be wrong.
# related_resources:
#   - ref: https://learn.microsoft.com/microsoft-365/enterprise/configure-exchange-server-for-hybrid-modern-authentication
#     description: Configure Exchange Server on-premises to use Hybrid Modern Authentication
#   - ref: Announcing Hybrid Modern Authentication for Exchange On-Premises
#     description: Exchange Team Blog, 2017
# custom:
#   id: HMA-007
#   severity: high
#   category: HMA
#   profiles: [hma_external]
#   scope: organization
#   requires:
#     - onprem.WebServicesVirtualDirectory
#     - onprem.AutodiscoverVirtualDirectory
#     - onprem.OabVirtualDirectory
#     - onprem.MapiVirtualDirectory
#     - onprem.ActiveSyncVirtualDirectory
#   any_of: []
#   uses:
#     - onprem.WebServicesVirtualDirectory.OAuthAuthentication
#     - onprem.AutodiscoverVirtualDirectory.OAuthAuthentication
#     - onprem.OabVirtualDirectory.OAuthAuthentication
#     - onprem.MapiVirtualDirectory.IISAuthenticationMethods
#     - onprem.ActiveSyncVirtualDirectory.InternalAuthenticationMethods
#     - onprem.ActiveSyncVirtualDirectory.ExternalAuthenticationMethods
#     - onprem.ActiveSyncVirtualDirectory.ClientCertAuth
#     - onprem.OrganizationConfig.OAuth2ClientProfileEnabled
#     - onprem.IntraOrganizationConnector.Enabled
#     - onprem.AuthServer.IsDefaultAuthorizationEndpoint
#     - onprem.AuthServer.Type
#     - onprem.AuthServer.Enabled
#     - onprem.ExchangeServer.AdminDisplayVersion
#   params: []
#   automation: automated
#   remediation:
#     powershell: |
#       # The line of the directory of this finding is the one that is needed; the others do no harm.
#       Get-WebServicesVirtualDirectory -Server {{server}} | Set-WebServicesVirtualDirectory -OAuthAuthentication $true
#       Get-AutodiscoverVirtualDirectory -Server {{server}} | Set-AutodiscoverVirtualDirectory -OAuthAuthentication $true
#       Get-OabVirtualDirectory -Server {{server}} | Set-OabVirtualDirectory -OAuthAuthentication $true
#       Get-MapiVirtualDirectory -Server {{server}} | ForEach-Object { Set-MapiVirtualDirectory -Identity $_.Identity -IISAuthenticationMethods @(@($_.IISAuthenticationMethods | ForEach-Object { "$_" }) + 'OAuth' | Select-Object -Unique) }
#       # For ActiveSync see HMA-005.
#     rollback: |
#       # Only on the directory of this finding, with the cmdlet of its kind: -OAuthAuthentication $false for EWS,
#       # Autodiscover and OAB, the former -IISAuthenticationMethods for MAPI.
#       Get-WebServicesVirtualDirectory -Server {{server}} | Format-List Identity, OAuthAuthentication
#   frameworks: {}
#   grade: "S2, V"
#   since: "0.2.0"
package exchange.hybrid.oauth_differs_between_servers

import data.lib.directories
import data.lib.hma
import data.lib.methods
import data.lib.params
import data.lib.result
import data.lib.value

# The property that says whether OAuth is offered, by kind.
_deciding := {
	"WebServicesVirtualDirectory": {"OAuthAuthentication"},
	"AutodiscoverVirtualDirectory": {"OAuthAuthentication"},
	"OabVirtualDirectory": {"OAuthAuthentication"},
	"MapiVirtualDirectory": {"IISAuthenticationMethods"},
	"ActiveSyncVirtualDirectory": {"InternalAuthenticationMethods", "ExternalAuthenticationMethods"},
}

_frontends := {
	"WebServicesVirtualDirectory": directories.frontends("WebServicesVirtualDirectory"),
	"AutodiscoverVirtualDirectory": directories.frontends("AutodiscoverVirtualDirectory"),
	"OabVirtualDirectory": directories.frontends("OabVirtualDirectory"),
	"MapiVirtualDirectory": directories.frontends("MapiVirtualDirectory"),
	"ActiveSyncVirtualDirectory": directories.frontends("ActiveSyncVirtualDirectory"),
}

_all := [directory |
	some found in _frontends
	some directory in found
]

subject := result.subjects(_all)

_servers_of_all := {directory._server | some directory in _all}

# The exposure of each server; `unstated` where no list names it.
_exposure := object.union(
	{server: "unstated" | some server in _servers_of_all},
	params.exposures({server | some server in _servers_of_all; is_string(server)}),
)

_activesync := _frontends.ActiveSyncVirtualDirectory

# Clients sign in with certificates here, on purpose (CBA-001, CBA-002).
_certificates contains directory._key if {
	some directory in _activesync
	params.certificate_server(directory._server)
}

_certificates contains directory._key if {
	some directory in _activesync
	params.certificate_device(directory._server)
}

_certificates contains directory._key if {
	some directory in _activesync
	directory.ClientCertAuth == "Required"
}

# The directories of each kind that do not say by every deciding property that they offer OAuth. Each value
# is judged once.
_others[kind] := keys if {
	some kind, found in _frontends
	keys := {directory._key |
		some property in _deciding[kind]
		good := {setting |
			some setting in {one[property] | some one in found}
			not _lacks({property: setting}, property)
			not _blur({property: setting}, property)
		}
		some directory in found
		not directory[property] in good
	}
}

# What they say instead; alike directories are judged once.
_verdicts[[kind, settings]] := {"says": _says(lacking, blurred), "lacking": lacking, "blurred": blurred} if {
	some kind, keys in _others
	some settings in {object.filter(directory, _deciding[kind]) |
		some directory in _frontends[kind]
		directory._key in keys
	}
	lacking := {property | some property in _deciding[kind]; _lacks(settings, property)}
	blurred := {[property, why] |
		some property in _deciding[kind]
		why := _blur(settings, property)
	}
}

_lacks(settings, property) if settings[property] == false

_lacks(settings, property) if {
	property != "OAuthAuthentication"
	methods.lacks(settings, property, "OAuth")
}

_blur(settings, property) := value.reason(settings, property)

_blur(settings, property) := "null_or_empty" if settings[property] == []

_says(lacking, blurred) := "no" if {
	count(lacking) > 0
} else := "nothing" if {
	count(blurred) > 0
}

# The servers of each exposure.
_exposed[exposure] contains server if some server, exposure in _exposure

# What is compared, by kind and exposure.
_groups[[kind, exposure]] := members if {
	some kind, found in _frontends
	some exposure, servers in _exposed
	members := [directory |
		some directory in found
		directory._server in servers
		not directory._key in _certificates
	]
	count(members) > 0
}

_servers[group] := {directory._server | some directory in members} if some group, members in _groups

# The directories of each group that do not offer OAuth, each with its verdict.
_rows[group] := rows if {
	some group, members in _groups
	keys := _others[group[0]]
	rows := [{"directory": directory, "verdict": verdict} |
		some directory in members
		directory._key in keys
		verdict := _verdicts[[group[0], object.filter(directory, _deciding[group[0]])]]
	]
}

# The directories of each group that offer OAuth.
_offering[group] := found if {
	some group, members in _groups
	keys := _others[group[0]]
	found := {directory._key | some directory in members; not directory._key in keys}
	count(found) > 0
}

# Those that do not.
_withholding[group] := found if {
	some group, rows in _rows
	found := {row.directory._key | some row in rows; row.verdict.says == "no"}
	count(found) > 0
}

# What keeps the directories of each group from being compared: key, property and reason.
_unclear[group] := found if {
	some group, rows in _rows
	found := {[row.directory._key, property, why] |
		some row in rows
		row.verdict.says == "nothing"
		some [property, why] in row.verdict.blurred
	}
	count(found) > 0
}

# Directories without OAuth in a group where others offer it.
_wrong contains {"row": row, "exposure": group[1], "offering": offering} if {
	some group, _ in _withholding
	group[1] != "unstated"
	offering := _offering[group]
	count(_servers[group]) > 1
	some row in _rows[group]
	row.verdict.says == "no"
}

violation contains result.saying(
	result.violation(wrong.row.directory, property, _with_oauth(wrong, property)),
	sprintf("It does not offer OAuth, other servers of the same exposure do: %s.", [min(wrong.offering)]),
) if {
	hma.wanted == "yes"
	some wrong in _wrong
	some property in wrong.row.verdict.lacking
}

_with_oauth(_, property) := true if property == "OAuthAuthentication"

_with_oauth(wrong, property) := ["OAuth"] if {
	property != "OAuthAuthentication"
	wrong.exposure == "internet"
}

_with_oauth(wrong, property) := sort(array.concat(wrong.row.directory[property], ["OAuth"])) if {
	property != "OAuthAuthentication"
	wrong.exposure != "internet"
}

not_applicable contains result.not_applicable(directory, hma.unwanted_reason) if {
	hma.wanted == "no"
	some directory in _all
}

not_applicable contains result.not_applicable(directory, "client_certificates") if {
	some directory in _activesync
	directory._key in _certificates
}

not_applicable contains result.not_applicable(directory, "single_server") if {
	some group, members in _groups
	not group in _compared
	some directory in members
}

# The groups that a directory belongs to, or may: nobody knows where an unstated server belongs.
_peers[group] := found if {
	some group, _ in _groups
	found := {[group[0], exposure] |
		some exposure in _comparable[group[1]]
		_groups[[group[0], exposure]]
	}
}

_comparable := {
	"internet": {"internet", "unstated"},
	"exo_only": {"exo_only", "unstated"},
	"internal": {"internal", "unstated"},
	"unstated": {"internet", "exo_only", "internal", "unstated"},
}

# Alone there is nothing to compare.
_compared contains group if {
	some group, peers in _peers
	count(peers) > 1
}

_compared contains group if {
	some group, servers in _servers
	count(servers) > 1
}

unknown contains result.unstated(wrong.row.directory, "hma", hma.missing) if {
	hma.wanted == "unknown"
	some wrong in _wrong
}

unknown contains result.undecided(row.directory, property, why) if {
	hma.wanted != "no"
	some group, _ in _unclear
	group in _compared
	some row in _rows[group]
	row.verdict.says == "nothing"
	some [property, why] in row.verdict.blurred
}

unknown contains {
	"subject": result.subject(directory),
	"reason": why,
	"property": property,
	"message": sprintf("%s of %s has no usable value (%s), so the group is not known to be alike.", [
		property,
		key,
		why,
	]),
} if {
	hma.wanted != "no"
	some group, peers in _peers
	some peer in peers
	[key, property, why] := min(_unclear[peer])
	some directory in _groups[group]
	_says_something(group, directory._key)
}

_says_something(group, key) if key in _offering[group]

_says_something(group, key) if key in _withholding[group]

unknown contains result.unstated(directory, "exposure", params.exposure_missing(_unstated_example[group[0]])) if {
	hma.wanted != "no"
	some group, peers in _peers
	some peer in peers
	"unstated" in {group[1], peer[1]}
	some directory in _groups[group]
	_differs(group, directory._key, peer)
}

_differs(group, key, peer) if {
	key in _offering[group]
	_withholding[peer]
}

_differs(group, key, peer) if {
	key in _withholding[group]
	_offering[peer]
}

_unstated_example[kind] := min(servers) if {
	some [kind, exposure], servers in _servers
	exposure == "unstated"
}
