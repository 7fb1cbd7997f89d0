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

subject contains result.judged(directory) if some directory in _all

_exposures := params.exposures({directory._server | some directory in _all; is_string(directory._server)})

_exposure(directory) := _exposures[directory._server]

_exposure(directory) := "unstated" if not _exposures[directory._server]

# Clients sign in with certificates here, on purpose (CBA-001, CBA-002).
_certificates(directory) if {
	directory._kind == "ActiveSyncVirtualDirectory"
	params.certificate_server(directory._server)
}

_certificates(directory) if {
	directory._kind == "ActiveSyncVirtualDirectory"
	params.certificate_device(directory._server)
}

_certificates(directory) if {
	directory._kind == "ActiveSyncVirtualDirectory"
	directory.ClientCertAuth == "Required"
}

# What is compared: each directory with its group and what it says of OAuth.
_rows := [row |
	some directory in _all
	not _certificates(directory)
	row := {
		"directory": directory,
		"kind": directory._kind,
		"exposure": _exposure(directory),
		"lacking": {property | some property in _deciding[directory._kind]; _lacks(directory, property)},
		"blurred": {[property, why] |
			some property in _deciding[directory._kind]
			why := _blur(directory, property)
		},
	}
]

_lacks(directory, property) if directory[property] == false

_lacks(directory, property) if {
	property != "OAuthAuthentication"
	methods.lacks(directory, property, "OAuth")
}

_blur(directory, property) := value.reason(directory, property)

_blur(directory, property) := "null_or_empty" if directory[property] == []

_offers(row) if {
	count(row.lacking) == 0
	count(row.blurred) == 0
}

_is_blurred(row) if {
	count(row.lacking) == 0
	count(row.blurred) > 0
}

# Groups by kind and exposure.
_servers[group] contains row.directory._server if {
	some row in _rows
	group := [row.kind, row.exposure]
}

# The directories of each group that offer OAuth.
_offering[group] contains row.directory._key if {
	some row in _rows
	_offers(row)
	group := [row.kind, row.exposure]
}

_withholding contains [row.kind, row.exposure] if {
	some row in _rows
	count(row.lacking) > 0
}

# What keeps the directories of each group from being compared: key, property and reason.
_unclear[group] contains [row.directory._key, property, why] if {
	some row in _rows
	_is_blurred(row)
	group := [row.kind, row.exposure]
	some [property, why] in row.blurred
}

_wrong(row) if {
	row.exposure != "unstated"
	count(row.lacking) > 0
	group := [row.kind, row.exposure]
	_offering[group]
	count(_servers[group]) > 1
}

violation contains result.saying(
	result.violation(row.directory, property, _with_oauth(row, property)),
	sprintf("It does not offer OAuth, other servers of the same exposure do: %s.", [min(offering)]),
) if {
	hma.wanted == "yes"
	some row in _rows
	_wrong(row)
	offering := _offering[[row.kind, row.exposure]]
	some property in row.lacking
}

_with_oauth(_, property) := true if property == "OAuthAuthentication"

_with_oauth(row, property) := ["OAuth"] if {
	property != "OAuthAuthentication"
	row.exposure == "internet"
}

_with_oauth(row, property) := sort(array.concat(row.directory[property], ["OAuth"])) if {
	property != "OAuthAuthentication"
	row.exposure != "internet"
}

not_applicable contains result.not_applicable(directory, hma.unwanted_reason) if {
	hma.wanted == "no"
	some directory in _all
}

not_applicable contains result.not_applicable(directory, "client_certificates") if {
	some directory in _all
	_certificates(directory)
}

not_applicable contains result.not_applicable(row.directory, "single_server") if {
	some row in _rows
	not _is_compared(row)
}

# The groups that a directory belongs to, or may: nobody knows where an unstated server belongs.
_peers(row) := {exposure |
	some exposure in {row.exposure, "unstated"}
	_servers[[row.kind, exposure]]
} if {
	row.exposure != "unstated"
}

_peers(row) := {exposure |
	some exposure in {"internet", "exo_only", "internal", "unstated"}
	_servers[[row.kind, exposure]]
} if {
	row.exposure == "unstated"
}

unknown contains result.unknown(row.directory, "param_missing", hma.missing) if {
	hma.wanted == "unknown"
	some row in _rows
	_wrong(row)
}

# Alone there is nothing to compare.
_is_compared(row) if count(_peers(row)) > 1

_is_compared(row) if count(_servers[[row.kind, row.exposure]]) > 1

unknown contains result.undecided(row.directory, property, why) if {
	hma.wanted != "no"
	some row in _rows
	_is_blurred(row)
	_is_compared(row)
	some [property, why] in row.blurred
}

unknown contains {
	"subject": result.subject(row.directory),
	"reason": why,
	"property": property,
	"message": sprintf("%s of %s has no usable value (%s), so the group is not known to be alike.", [
		property,
		key,
		why,
	]),
} if {
	hma.wanted != "no"
	some row in _rows
	not _is_blurred(row)
	some exposure in _peers(row)
	found := _unclear[[row.kind, exposure]]
	[key, property, why] := min(found)
}

unknown contains result.unknown(row.directory, "param_missing", params.exposure_missing(_unstated_example[row.kind])) if {
	hma.wanted != "no"
	some row in _rows
	some exposure in _peers(row)
	"unstated" in {row.exposure, exposure}
	_differs(row, exposure)
}

_differs(row, exposure) if {
	_offers(row)
	[row.kind, exposure] in _withholding
}

_differs(row, exposure) if {
	count(row.lacking) > 0
	_offering[[row.kind, exposure]]
}

_unstated_example[kind] := min(servers) if {
	some [kind, exposure], servers in _servers
	exposure == "unstated"
}
