# METADATA
# title: TLS ends in front of servers that take tokens
# description: |
#   A token is written for an https address. Where a device in front decrypts and sends plain HTTP, Exchange
#   expects `http` and refuses every token; decrypting and encrypting again is supported. What the device does
#   is declared in `params: {namespaces: {mail.contoso.com: {tls: offload|bridge|pass_through}}}`. Where IIS
#   files were read, a directory of clients that takes plain HTTP warns: nothing else needs that.
# related_resources:
#   - ref: https://learn.microsoft.com/microsoft-365/enterprise/configure-exchange-server-for-hybrid-modern-authentication
#     description: Configure Exchange Server on-premises to use Hybrid Modern Authentication
#   - ref: Announcing Hybrid Modern Authentication for Exchange On-Premises
#     description: Exchange Team Blog, 2017
# custom:
#   id: HMA-014
#   severity: critical
#   category: HMA
#   profiles: [hma_external]
#   scope: organization
#   requires: []
#   any_of: []
#   uses:
#     - host.IisApplication.ApplicationPath
#     - host.IisApplication.SslFlags
#     - onprem.OrganizationConfig.OAuth2ClientProfileEnabled
#     - onprem.IntraOrganizationConnector.Enabled
#     - onprem.AuthServer.IsDefaultAuthorizationEndpoint
#     - onprem.AuthServer.Type
#     - onprem.AuthServer.Enabled
#     - onprem.ExchangeServer.AdminDisplayVersion
#   params: [namespaces]
#   automation: automated
#   remediation:
#     powershell: |
#       # Let the load balancer encrypt again towards the servers (bridge), or pass the connection through. Then, on each server,
#       # offloading off for Outlook Anywhere (OA-002) and TLS required on the directory where plain HTTP was found:
#       Get-OutlookAnywhere | Format-List Identity, SSLOffloading
#       & "$env:windir\system32\inetsrv\appcmd.exe" set config 'Default Web Site/<directory>' -section:system.webServer/security/access /sslFlags:'Ssl,Ssl128' /commit:apphost
#     rollback: |
#       & "$env:windir\system32\inetsrv\appcmd.exe" set config 'Default Web Site/<directory>' -section:system.webServer/security/access /sslFlags:None /commit:apphost
#   frameworks: {}
#   grade: "S2, V"
#   since: "0.2.0"
package exchange.hybrid.tls_offload_in_front

import data.lib.hma
import data.lib.params
import data.lib.result
import data.lib.value

# Where clients come with tokens. Outlook on the web has its own control (HMA-006).
_paths := {"ews", "mapi", "oab", "autodiscover", "activesync"}

_directories := {"/ews", "/mapi", "/oab", "/autodiscover", "/microsoft-server-activesync"}

_takes_tokens(name) if count(params.paths[name] & _paths) > 0

_takes_tokens(name) if not params.paths[name]

_names := {name |
	some name in params.namespaces
	_takes_tokens(name)
}

_offloaded := {name |
	some name in _names
	params.tls[name] == "offload"
}

_unstated := {name |
	some name in _names
	not params.tls[name] in {"offload", "bridge", "pass_through"}
}

# The same as they are written; each spelling once.
_spellings := {path |
	some path in {application.ApplicationPath | some application in input.host.IisApplication}
	lower(path) in _directories
}

_applications := [application |
	some application in input.host.IisApplication
	application._site == "frontend"
	application.ApplicationPath in _spellings
]

subject := {result.judged_organization} | result.subjects(_applications)

# Lists of flags that do not require TLS; each is judged once.
_plain := {flags |
	some flags in {application.SslFlags | some application in _applications}
	not value.undecided(flags)
	not "ssl" in value.words(flags)
}

violation contains result.lacking(
	sort(_offloaded),
	"no namespace with tls: offload",
	"A device in front of these names sends plain HTTP to the servers; every token is refused there.",
) if {
	hma.wanted == "yes"
	count(_offloaded) > 0
}

violation contains result.warning(application, "SslFlags", ["Ssl", "Ssl128"], "low") if {
	hma.wanted == "yes"
	some flags in _plain
	some application in _applications
	application.SslFlags == flags
}

not_applicable contains {"subject": result.organization, "reason": hma.unwanted_reason} if hma.wanted == "no"

not_applicable contains result.not_applicable(application, hma.unwanted_reason) if {
	hma.wanted == "no"
	some application in _applications
}

unknown contains {
	"subject": result.organization,
	"reason": "param_missing",
	"param": "namespaces",
	"message": sprintf("Nobody stated what happens to TLS in front of %s. Add `tls: offload|bridge|pass_through` to it under `params: {namespaces: ...}`.", [name]),
} if {
	hma.wanted != "no"
	name := min(_unstated)
}

unknown contains {
	"subject": result.organization,
	"reason": "param_missing",
	"param": "namespaces",
	"message": "No namespace that takes tokens is declared. Add `params: {namespaces: {mail.contoso.com: {paths: [ews, mapi], tls: bridge}}}`.",
} if {
	hma.wanted != "no"
	count(_names) == 0
}

unknown contains {"subject": result.organization, "reason": "param_missing", "param": "hma", "message": hma.missing} if {
	hma.wanted == "unknown"
	count(_offloaded) > 0
}

unknown contains result.unstated(application, "hma", hma.missing) if {
	hma.wanted == "unknown"
	some flags in _plain
	some application in _applications
	application.SslFlags == flags
}

unknown contains result.undecided(application, "SslFlags", why) if {
	hma.wanted != "no"
	some [application, why] in value.unclear(_applications, "SslFlags")
}
