# METADATA
# title: A front-end directory answers without TLS
# description: |
#   Without TLS, tokens and passwords cross the network in the clear. The flag counts as it is in force,
#   inherited from the web site where a directory has none of its own. TLS without the 128-bit flag only
#   warns. PowerShell is left out (it negotiates a certificate by design), and so is Rpc, which is open on
#   every version while Outlook Anywhere offloads TLS (OA-002). The site itself may be open: the vendor's
#   redirection from http to https needs that.
# related_resources:
#   - ref: https://learn.microsoft.com/exchange/plan-and-deploy/post-installation-tasks/security-best-practices/exchange-extended-protection
#     description: Configure Windows Extended Protection in Exchange Server
#   - ref: https://learn.microsoft.com/exchange/clients/default-virtual-directory-settings
#     description: Default settings for Exchange virtual directories
# custom:
#   id: VDIR-009
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
#     - host.IisApplication.SslFlags
#     - onprem.OabVirtualDirectory.RequireSSL
#   params: []
#   automation: automated
#   remediation:
#     powershell: |
#       # Requires TLS on the directories of the front end; for one directory only, keep its name in the list.
#       Invoke-Command -ComputerName {{server}} -ScriptBlock { foreach ($path in '/API', '/Autodiscover', '/ecp', '/EWS', '/mapi', '/Microsoft-Server-ActiveSync', '/OAB', '/owa') { & "$env:windir\system32\inetsrv\appcmd.exe" set config "Default Web Site$path" -section:system.webServer/security/access '/sslFlags:Ssl,Ssl128' /commit:apphost } }
#     rollback: |
#       # The same for the directory of the finding, with the flags that were observed; None where there were none.
#   frameworks: {}
#   grade: "V"
#   since: "0.2.0"
package exchange.directories.plain_http

import data.lib.directories
import data.lib.result
import data.lib.value

# Directories of the front end that require TLS from Setup on.
_paths := {
	"/api", "/aspnet_client", "/autodiscover", "/ecp", "/ews", "/mapi", "/microsoft-server-activesync", "/oab", "/owa",
}

# The same as they are written; each spelling once.
_spellings := {path |
	some path in {application.ApplicationPath | some application in input.host.IisApplication}
	lower(path) in _paths
}

_front_ends := [application |
	some application in input.host.IisApplication
	application._site == "frontend"
	application.ApplicationPath in _spellings
]

subject := result.subjects(_front_ends)

# The lists of flags that say something; each is judged once.
_lists := {flags |
	some flags in {application.SslFlags | some application in _front_ends}
	not value.undecided(flags)
}

_plain := {flags | some flags in _lists; not "ssl" in value.words(flags)}

_weak := {flags | some flags in _lists - _plain; not "ssl128" in value.words(flags)}

violation contains result.violation(application, "SslFlags", ["Ssl", "Ssl128"]) if {
	some flags in _plain
	some application in _front_ends
	application.SslFlags == flags
}

violation contains result.warning(application, "SslFlags", ["Ssl", "Ssl128"], "low") if {
	some flags in _weak
	some application in _front_ends
	application.SslFlags == flags
}

# The directory's own cmdlet says so too.
violation contains {
	"subject": result.subject(application),
	"resource": result.judged(directory),
	"property": "RequireSSL",
	"observed": false,
	"expected": true,
} if {
	some directory in directories.frontends("OabVirtualDirectory")
	directory.RequireSSL == false
	some application in _front_ends
	application._server == directory._server
	lower(application.ApplicationPath) == "/oab"
	lower(application.SiteName) == _site(directory)
}

# `Default Web Site`, from `EX01\OAB (Default Web Site)`.
_site(directory) := lower(regex.find_all_string_submatch_n(`\(([^()]+)\)$`, directory._key, 1)[0][1])

unknown contains result.undecided(application, "SslFlags", why) if {
	some [application, why] in value.unclear(_front_ends, "SslFlags")
}
