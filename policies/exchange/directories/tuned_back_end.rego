# METADATA
# title: A back-end directory was changed by hand
# description: |
#   Front ends sign people in, back ends trust them: a change on the site `Exchange Back End` is not
#   supported and goes past every control of the front end. Methods and TLS flags are compared with the
#   factory table; TLS flags as the vendor's Extended Protection script widens them are fine. One vendor
#   procedure for a 401 in free/busy switches OAuth off and on again on the back ends of EWS and
#   Autodiscover: an interrupted run leaves it off.
# related_resources:
#   - ref: https://learn.microsoft.com/exchange/clients/default-virtual-directory-settings
#     description: Default settings for Exchange virtual directories
#   - ref: https://github.com/microsoft/CSS-Exchange
#     description: HealthChecker test data, IIS configuration of lab servers
# custom:
#   id: VDIR-008
#   severity: high
#   category: VDIR
#   profiles: []
#   scope: server
#   requires:
#     - host.IisApplication
#   any_of: []
#   uses:
#     - host.IisApplication.SiteName
#     - host.IisApplication.ApplicationPath
#     - host.IisApplication.AnonymousAuthentication
#     - host.IisApplication.BasicAuthentication
#     - host.IisApplication.WindowsAuthentication
#     - host.IisApplication.DigestAuthentication
#     - host.IisApplication.SslFlags
#     - host.ServerVersion.FileVersion
#     - onprem.WebServicesVirtualDirectory.OAuthAuthentication
#     - onprem.AutodiscoverVirtualDirectory.OAuthAuthentication
#   params: []
#   automation: automated
#   remediation:
#     powershell: |
#       # Set the values of the finding back in IIS, on the location of the finding; not with the cmdlets of the front end.
#       # What the server has today:
#       Invoke-Command -ComputerName {{server}} -ScriptBlock { & "$env:windir\system32\inetsrv\appcmd.exe" list config "Exchange Back End" -section:system.webServer/security/access }
#       # OAuth on the back end of EWS or Autodiscover, after an interrupted reset:
#       Get-WebServicesVirtualDirectory -Server {{server}} -ShowMailboxVirtualDirectories | Where-Object { $_.Name -like '*Exchange Back End*' } | Set-WebServicesVirtualDirectory -OAuthAuthentication $true
#     rollback: |
#       # The same location with the values that were observed.
#   frameworks: {}
#   grade: "V"
#   since: "0.2.0"
package exchange.directories.tuned_back_end

import data.lib.builds
import data.lib.extended_protection as ep
import data.lib.result
import data.lib.value

_methods := {
	"AnonymousAuthentication": "Anonymous",
	"BasicAuthentication": "Basic",
	"WindowsAuthentication": "Windows",
	"DigestAuthentication": "Digest",
}

# The factory table by path: each method on or off, and the TLS flags.
_factory := {lower(row.path): {
	"methods": {property: on |
		some property, method in _methods
		on := method in split(row.authentication, " ")
	},
	"flags": [flag | some flag in split(row.ssl_flags, " "); flag != ""],
} |
	some row in data.facts.iis_back_end
}

# The paths of the table by site and path as they are written; each spelling once.
_paths := {place: path |
	some place in {[application.SiteName, application.ApplicationPath] | some application in input.host.IisApplication}
	path := lower(concat("", place))
	_factory[path]
}

_deciding := object.keys(_methods) | {"SslFlags"}

# The back ends of the table, with their paths and what decides.
_back_ends := [{"application": application, "path": path, "settings": settings} |
	some application in input.host.IisApplication
	application._site == "backend"
	path := _paths[[application.SiteName, application.ApplicationPath]]
	settings := object.filter(application, _deciding)
]

# The flags that a path may have: those of the table, and what the vendor's script makes of them.
_accepted := {path: {value.words(row.flags), value.words(widened)} |
	some path, row in _factory
	widened := object.get(ep.expected, [path, "ssl_flags"], row.flags)
}

# Untouched back ends are alike: what is exactly as the table has it is looked at once.
_untouched := {[path, settings] |
	some [path, settings] in {[end.path, end.settings] | some end in _back_ends}
	object.remove(settings, {"SslFlags"}) == _factory[path].methods
	not value.undecided(settings.SslFlags)
	value.words(settings.SslFlags) in _accepted[path]
}

# The others, with their rows.
_touched := [{"application": end.application, "path": end.path, "row": _factory[end.path]} |
	some end in _back_ends
	not [end.path, end.settings] in _untouched
]

# Back ends that were read with -ShowMailboxVirtualDirectories.
_directories := [directory |
	some list in [input.onprem.WebServicesVirtualDirectory, input.onprem.AutodiscoverVirtualDirectory]
	some directory in list
	directory._site == "backend"
]

subject := result.subjects([end.application | some end in _back_ends]) | result.subjects(_directories)

violation contains result.violation(end.application, property, wanted) if {
	some end in _touched
	not _undocumented(end.application)
	some property, wanted in end.row.methods
	is_boolean(end.application[property])
	end.application[property] != wanted
}

violation contains result.violation(end.application, "SslFlags", end.row.flags) if {
	some end in _touched
	not _undocumented(end.application)
	value.decided(end.application, "SslFlags")
	not value.words(end.application.SslFlags) in _accepted[end.path]
}

violation contains result.violation(directory, "OAuthAuthentication", true) if {
	some directory in _directories
	directory.OAuthAuthentication == false
}

# The table is that of 2016 and later.
_undocumented_servers contains version._server if {
	some version in input.host.ServerVersion
	array.slice(builds.parts(version.FileVersion), 0, 2) == [15, 0]
}

_undocumented(application) if application._server in _undocumented_servers

unknown contains result.unknown(end.application, "build_not_in_table", "The factory table of the back end is that of Exchange 2016 and later.") if {
	count(_undocumented_servers) > 0
	some end in _back_ends
	_undocumented(end.application)
}

unknown contains result.undecided(end.application, property, why) if {
	some end in _touched
	some property in _deciding
	why := value.reason(end.application, property)
}

unknown contains result.undecided(directory, "OAuthAuthentication", why) if {
	some directory in _directories
	why := value.reason(directory, "OAuthAuthentication")
}
