# METADATA
# title: ActiveSync behind a certificate device offers other than Windows authentication
# description: |
#   A device that ends the client certificate signs in to Exchange with Kerberos. Exchange then offers Windows
#   authentication with both providers and nothing else: Basic is a way around the certificate, and a
#   certificate that Exchange asks for as well never arrives. Judged are the servers under `params:
#   {certificate_device_servers: [...]}`. A pass needs the IIS files of the server: the providers show
#   nowhere else.
# related_resources:
#   - ref: https://learn.microsoft.com/exchange/plan-and-deploy/post-installation-tasks/configure-certificate-based-auth
#     description: Configure certificate based authentication in Exchange Server
#   - ref: Set-ActiveSyncVirtualDirectory
#     description: Cmdlet reference
# custom:
#   id: CBA-002
#   severity: high
#   category: CBA
#   profiles: []
#   scope: server
#   requires:
#     - onprem.ActiveSyncVirtualDirectory
#   any_of: []
#   uses:
#     - onprem.ActiveSyncVirtualDirectory.ClientCertAuth
#     - onprem.ActiveSyncVirtualDirectory.BasicAuthEnabled
#     - onprem.ActiveSyncVirtualDirectory.WindowsAuthEnabled
#     - host.IisApplication.ApplicationPath
#     - host.IisApplication.SiteName
#     - host.IisApplication.SslFlags
#     - host.IisApplication.WindowsAuthenticationProviders
#   params: []
#   automation: automated
#   remediation:
#     powershell: |
#       Set-ActiveSyncVirtualDirectory -Identity {{identity}} -WindowsAuthEnabled $true -BasicAuthEnabled $false -ClientCertAuth Ignore
#       # Where a provider is missing (Negotiate or NTLM), on the server:
#       # (and where IIS itself requires the certificate: -section:system.webServer/security/access /sslFlags:"Ssl, Ssl128")
#       # appcmd.exe set config "Default Web Site/Microsoft-Server-ActiveSync" -section:system.webServer/security/authentication/windowsAuthentication /+"providers.[value='NTLM']" /commit:apphost
#       Invoke-Command -ComputerName {{server}} -ScriptBlock { & "$env:windir\system32\inetsrv\appcmd.exe" list config 'Default Web Site/Microsoft-Server-ActiveSync' -section:system.webServer/security/authentication/windowsAuthentication }
#     rollback: |
#       Set-ActiveSyncVirtualDirectory -Identity {{identity}} -WindowsAuthEnabled {{subject.WindowsAuthEnabled}} -BasicAuthEnabled {{subject.BasicAuthEnabled}} -ClientCertAuth {{subject.ClientCertAuth}}
#   frameworks: {}
#   grade: "S1"
#   since: "0.2.0"
package exchange.mobile.other_than_windows_behind_certificate_device

import data.lib.applications
import data.lib.directories
import data.lib.params
import data.lib.result
import data.lib.value

_directories := directories.frontends("ActiveSyncVirtualDirectory")

_judged := [directory |
	some directory in _directories
	params.certificate_device(directory._server)
]

_expected := {"WindowsAuthEnabled": true, "BasicAuthEnabled": false}

violation contains result.violation(directory, property, expected) if {
	some directory in _judged
	some property, expected in _expected
	is_boolean(directory[property])
	directory[property] != expected
}

violation contains result.violation(directory, "ClientCertAuth", "Ignore") if {
	some directory in _judged
	directory.ClientCertAuth == "Required"
}

violation contains result.caused(
	directory,
	application,
	"WindowsAuthenticationProviders",
	["Negotiate", "NTLM"],
) if {
	some directory in _judged
	application := applications.behind(directory)
	value.decided(application, "WindowsAuthenticationProviders")
	count({"negotiate", "ntlm"} - value.words(application.WindowsAuthenticationProviders)) > 0
}

# What IIS does decides, whatever the directory says of itself.
violation contains result.caused(directory, application, "SslFlags", ["Ssl", "Ssl128"]) if {
	some directory in _judged
	application := applications.behind(directory)
	"sslrequirecert" in value.words(application.SslFlags)
}

not_applicable contains result.not_applicable(directory, "no_certificate_device") if {
	some directory in _directories
	not params.certificate_device(directory._server)
}

unknown contains result.undecided(directory, property, why) if {
	some directory in _judged
	some property in {"WindowsAuthEnabled", "BasicAuthEnabled", "ClientCertAuth"}
	why := value.reason(directory, property)
}

unknown contains result.unseen("IisApplication", directory, sprintf(
	"The IIS files of %s were not read, so nobody knows the providers of Windows authentication. Import its applicationHost.config.",
	[directory._server],
)) if {
	some directory in _judged
	not applications.behind(directory)
}

unknown contains object.union(
	result.undecided(application, property, why),
	{"subject": result.subject(directory)},
) if {
	some directory in _judged
	application := applications.behind(directory)
	some property in {"SslFlags", "WindowsAuthenticationProviders"}
	why := value.reason(application, property)
}
