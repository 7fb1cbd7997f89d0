# METADATA
# title: Modern authentication for Outlook on the web is half done
# description: |
#   Outlook on the web and the admin center share one sign-in: with OAuth on one of them, or on some servers
#   only, users are locked out, and with Forms or Basic beside it the password page stays open. Either every
#   directory has OAuth and nothing else, with all servers at 2019 CU14 and the April 2024 update or later,
#   or none has it; beside Exchange 2016 or older it is not supported. Accounts that are not synchronised, such as the built-in Administrator, cannot sign in
#   once it is on. It contradicts a DISA STIG control for forms (V-259647).
# related_resources:
#   - ref: https://learn.microsoft.com/microsoft-365/enterprise/configure-exchange-server-for-hybrid-modern-authentication
#     description: Configure Exchange Server on-premises to use Hybrid Modern Authentication, Outlook on the web and ECP
#   - ref: Set-EcpVirtualDirectory
#     description: Cmdlet reference
# custom:
#   id: HMA-006
#   severity: high
#   category: HMA
#   profiles: [hma_external]
#   scope: organization
#   requires:
#     - onprem.OwaVirtualDirectory
#     - onprem.EcpVirtualDirectory
#   any_of: []
#   uses:
#     - onprem.OwaVirtualDirectory.OAuthAuthentication
#     - onprem.OwaVirtualDirectory.FormsAuthentication
#     - onprem.OwaVirtualDirectory.BasicAuthentication
#     - onprem.OwaVirtualDirectory.DigestAuthentication
#     - onprem.OwaVirtualDirectory.AdfsAuthentication
#     - onprem.OwaVirtualDirectory.WindowsAuthentication
#     - onprem.EcpVirtualDirectory.OAuthAuthentication
#     - onprem.EcpVirtualDirectory.FormsAuthentication
#     - onprem.EcpVirtualDirectory.BasicAuthentication
#     - onprem.EcpVirtualDirectory.DigestAuthentication
#     - onprem.EcpVirtualDirectory.AdfsAuthentication
#     - onprem.EcpVirtualDirectory.WindowsAuthentication
#     - onprem.ExchangeServer.AdminDisplayVersion
#     - host.ServerVersion.FileVersion
#   params: []
#   automation: automated
#   remediation:
#     powershell: |
#       # To finish it, on every server, in this order. Where a server is below 15.2.1544.11, update it first or take the way back.
#       Get-OwaVirtualDirectory -Server {{server}} | Set-OwaVirtualDirectory -AdfsAuthentication $false -BasicAuthentication $false -FormsAuthentication $false -DigestAuthentication $false -WindowsAuthentication $false
#       Get-EcpVirtualDirectory -Server {{server}} | Set-EcpVirtualDirectory -AdfsAuthentication $false -BasicAuthentication $false -FormsAuthentication $false -DigestAuthentication $false -WindowsAuthentication $false
#       Get-EcpVirtualDirectory -Server {{server}} | Set-EcpVirtualDirectory -OAuthAuthentication $true
#       Get-OwaVirtualDirectory -Server {{server}} | Set-OwaVirtualDirectory -OAuthAuthentication $true
#     rollback: |
#       # Back to the form, as Setup leaves it, on every server.
#       Get-OwaVirtualDirectory -Server {{server}} | Set-OwaVirtualDirectory -OAuthAuthentication $false
#       Get-EcpVirtualDirectory -Server {{server}} | Set-EcpVirtualDirectory -OAuthAuthentication $false
#       Get-OwaVirtualDirectory -Server {{server}} | Set-OwaVirtualDirectory -FormsAuthentication $true -BasicAuthentication $true
#       Get-EcpVirtualDirectory -Server {{server}} | Set-EcpVirtualDirectory -FormsAuthentication $true -BasicAuthentication $true
#   frameworks: {}
#   grade: "V"
#   since: "0.2.0"
package exchange.hybrid.half_done_oauth_on_owa_and_ecp

import data.lib.builds
import data.lib.directories
import data.lib.result
import data.lib.value

_flag := "OAuthAuthentication"

_directories := array.concat(
	directories.frontends("OwaVirtualDirectory"),
	directories.frontends("EcpVirtualDirectory"),
)

subject contains result.judged(directory) if some directory in _directories

_on := [directory |
	some directory in _directories
	directory[_flag] == true
]

_off := [directory |
	some directory in _directories
	directory[_flag] == false
]

# Servers with these directories: no Edge Transport.
_servers := {directory._server | some directory in _directories}

_minimum := builds.parts(row.build) if {
	some row in data.facts.feature_builds
	row.feature == "owa_hma"
}

_file_build[version._server] := build if {
	some version in input.host.ServerVersion
	build := builds.parts(version.FileVersion)
}

# The cumulative update alone; the update that is needed lies between two of them.
_shown_build[server._key] := build if {
	some server in input.onprem.ExchangeServer
	build := builds.parts(server.AdminDisplayVersion)
}

_too_old contains server if {
	some server in _servers
	_file_build[server] < _minimum
}

_too_old contains server if {
	some server in _servers
	not _file_build[server]
	builds.cu(_shown_build[server]) < builds.cu(_minimum)
}

_new_enough contains server if {
	some server in _servers
	_file_build[server] >= _minimum
}

_new_enough contains server if {
	some server in _servers
	not _file_build[server]
	builds.cu(_shown_build[server]) > builds.cu(_minimum)
}

# Older products do not know the flag of ECP.
_before_2019 contains server if {
	some server in _too_old
	_product(server) in {"Exchange Server 2013", "Exchange Server 2016"}
}

_product(server) := builds.product(_file_build[server])

_product(server) := builds.product(_shown_build[server]) if not _file_build[server]

_supported if count(_too_old) == 0

violation contains result.saying(
	result.violation(directory, _flag, false),
	sprintf("OAuth for Outlook on the web needs 15.2.1544.11 or later on every server; %s is older.", [min(_too_old)]),
) if {
	some directory in _on
	not _supported
}

violation contains result.saying(
	result.violation(directory, _flag, true),
	sprintf("OAuth is on for other directories of the pair, such as %s, and off here.", [_example]),
) if {
	_supported
	some directory in _off
}

_example := min({directory._key | some directory in _on})

violation contains result.violation(directory, property, false) if {
	some directory in _on
	some property in _passwords
	directory[property] == true
}

_passwords := {"FormsAuthentication", "BasicAuthentication", "DigestAuthentication", "AdfsAuthentication"}

# The document wants every other method off; its commands leave this one out.
violation contains result.warning(directory, "WindowsAuthentication", false, "low") if {
	some directory in _on
	directory.WindowsAuthentication == true
}

# Off, and nothing else is possible.
not_applicable contains result.not_applicable(directory, "older_product") if {
	count(_before_2019) > 0
	some directory in _directories
	not directory[_flag] == true
}

# Absent counts as off where the product does not have it.
_undecided := [directory |
	some [directory, _] in value.unclear(_directories, _flag)
	not _never_had_it(directory)
]

_never_had_it(directory) if {
	directory._server in _before_2019
	value.reason(directory, _flag) == "property_absent"
}

unknown contains result.undecided(directory, _flag, value.reason(directory, _flag)) if {
	some directory in _undecided
}

# Off is right only where all are off.
unknown contains object.union(
	result.undecided(directory, _flag, value.reason(other, _flag)),
	{"message": sprintf("%s may have OAuth on: its OAuthAuthentication has no usable value.", [other._key])},
) if {
	count(_on) == 0
	count(_before_2019) == 0
	some directory in _off
	other := _undecided[0]
}

unknown contains result.undecided(directory, property, why) if {
	some directory in _on
	some property in _passwords | {"WindowsAuthentication"}
	why := value.reason(directory, property)
}

unknown contains result.unseen("ServerVersion", directory, sprintf(
	"The build of %v is not known, and OAuth for Outlook on the web needs 15.2.1544.11 on every server.",
	[server],
)) if {
	some directory in _on
	some server in (_servers - _too_old) - _new_enough
}
