# METADATA
# title: ActiveSync with client certificates accepts more than the certificate
# description: |
#   Where ActiveSync itself asks the device for a certificate, a certificate that is only accepted gives
#   different results on different devices, and Basic or Windows beside it is a way in with a password. Judged
#   are servers under `params: {certificate_servers: [...]}` and those whose directory asks for a certificate;
#   not those where a device in front does (CBA-002). A pass needs the IIS files of the server: that the
#   mapping to Active Directory is on shows nowhere else.
# related_resources:
#   - ref: https://learn.microsoft.com/exchange/plan-and-deploy/post-installation-tasks/configure-certificate-based-auth
#     description: Configure certificate based authentication in Exchange Server
#   - ref: Set-ActiveSyncVirtualDirectory
#     description: Cmdlet reference
# custom:
#   id: CBA-001
#   severity: critical
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
#     - host.IisApplication.ClientCertificateMappingAuthentication
#   params: []
#   automation: automated
#   remediation:
#     powershell: |
#       # On the server; on the directory, never on the web site.
#       Set-ActiveSyncVirtualDirectory -Identity {{identity}} -ClientCertAuth Required -BasicAuthEnabled $false -WindowsAuthEnabled $false
#       Invoke-Command -ComputerName {{server}} -ScriptBlock { & "$env:windir\system32\inetsrv\appcmd.exe" set config 'Default Web Site/Microsoft-Server-ActiveSync/' -section:system.webServer/security/access /sslFlags:'Ssl, SslRequireCert' /commit:apphost }
#       # The mapping needs the Windows feature Web-Client-Auth and is switched on for the whole server:
#       Invoke-Command -ComputerName {{server}} -ScriptBlock { & "$env:windir\system32\inetsrv\appcmd.exe" set config -section:system.webServer/security/authentication/clientCertificateMappingAuthentication /enabled:true /commit:apphost }
#       # HKLM\SYSTEM\CurrentControlSet\Services\HTTP\Parameters\SslBindingInfo\0.0.0.0:443 must ask for the certificate at once (value 1).
#     rollback: |
#       Set-ActiveSyncVirtualDirectory -Identity {{identity}} -ClientCertAuth {{subject.ClientCertAuth}} -BasicAuthEnabled {{subject.BasicAuthEnabled}} -WindowsAuthEnabled {{subject.WindowsAuthEnabled}}
#       Invoke-Command -ComputerName {{server}} -ScriptBlock { & "$env:windir\system32\inetsrv\appcmd.exe" set config 'Default Web Site/Microsoft-Server-ActiveSync/' -section:system.webServer/security/access /sslFlags:'Ssl, Ssl128' /commit:apphost }
#   frameworks: {}
#   grade: "S1, V"
#   since: "0.2.0"
package exchange.mobile.client_certificate_not_required

import data.lib.applications
import data.lib.directories
import data.lib.params
import data.lib.result
import data.lib.value

_directories := directories.frontends("ActiveSyncVirtualDirectory")

_judged := [directory |
	some directory in _directories
	_asks(directory)
	not params.certificate_device(directory._server)
]

# Declared, or seen to ask for a certificate.
_asks(directory) if params.certificate_server(directory._server)

_asks(directory) if directory.ClientCertAuth in {"Accepted", "Required"}

violation contains result.violation(directory, "ClientCertAuth", "Required") if {
	some directory in _judged
	value.filled(directory, "ClientCertAuth")
	directory.ClientCertAuth != "Required"
}

violation contains result.violation(directory, property, false) if {
	some directory in _judged
	some property in _passwords
	directory[property] == true
}

_passwords := {"BasicAuthEnabled", "WindowsAuthEnabled"}

violation contains result.caused(directory, application, "SslFlags", ["Ssl", "SslRequireCert"]) if {
	some directory in _judged
	application := applications.behind(directory)
	value.decided(application, "SslFlags")
	not "sslrequirecert" in value.words(application.SslFlags)
}

violation contains result.caused(directory, application, "ClientCertificateMappingAuthentication", true) if {
	some directory in _judged
	application := applications.behind(directory)
	application.ClientCertificateMappingAuthentication == false
}

violation contains result.saying(
	result.caused(directory, site, "SslFlags", "SslRequireCert on the directory alone"),
	"The whole web site requires a client certificate, so every other client is refused.",
) if {
	some directory in _judged
	site := applications.site(directory)
	"sslrequirecert" in value.words(site.SslFlags)
}

not_applicable contains result.not_applicable(directory, "no_client_certificates") if {
	some directory in _directories
	directory.ClientCertAuth == "Ignore"
	not _asks(directory)
}

not_applicable contains result.not_applicable(directory, "certificate_device") if {
	some directory in _directories
	params.certificate_device(directory._server)
}

# Whether it asks at all.
unknown contains result.undecided(directory, "ClientCertAuth", why) if {
	some directory in _directories
	not params.certificate_device(directory._server)
	why := value.reason(directory, "ClientCertAuth")
}

unknown contains result.undecided(directory, property, why) if {
	some directory in _judged
	some property in _passwords
	why := value.reason(directory, property)
}

unknown contains result.unseen("IisApplication", directory, sprintf(
	"The IIS files of %s were not read, so nobody knows whether certificates are mapped to Active Directory. Import its applicationHost.config.",
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
	some property in {"SslFlags", "ClientCertificateMappingAuthentication"}
	why := value.reason(application, property)
}
