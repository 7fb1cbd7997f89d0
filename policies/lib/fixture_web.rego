# METADATA
# description: |
#   Outlook on the web, the admin center and applications of IIS for tests: as Setup leaves them (vendor lab
#   exports), changed by the last argument.
package lib.fixture_web

_directory(kind, server, name, changes) := object.union_n([
	{
		"_plane": "onprem",
		"_kind": kind,
		"_key": sprintf("%s\\%s (Default Web Site)", [server, name]),
		"_server": server,
		"_site": "frontend",
		"_evidence": "iis",
		"_observed": {},
		"Name": sprintf("%s (Default Web Site)", [name]),
		"Server": server,
		"BasicAuthentication": true,
		"WindowsAuthentication": false,
		"DigestAuthentication": false,
		"FormsAuthentication": true,
		"AdfsAuthentication": false,
		"OAuthAuthentication": false,
		"InternalUrl": sprintf("https://mail.contoso.com/%s", [name]),
		"ExternalUrl": null,
	},
	changes,
])

owa(server, changes) := _directory("OwaVirtualDirectory", server, "owa", changes)

ecp(server, changes) := _directory(
	"EcpVirtualDirectory", server, "ecp",
	object.union({"AdminEnabled": true, "OwaOptionsEnabled": true}, changes),
)

# What OWA and ECP look like once OAuth has taken over.
oauth_only := {"BasicAuthentication": false, "FormsAuthentication": false, "OAuthAuthentication": true}

# An application of the site that clients reach; `path` is "" for the site itself.
iis_application(server, path, changes) := object.union(
	{
		"_plane": "host",
		"_kind": "IisApplication",
		"_key": sprintf("%s\\Default Web Site/%s", [server, path]),
		"_server": server,
		"_site": "frontend",
		"_evidence": "iis",
		"_observed": {},
		"SiteName": "Default Web Site",
		"ApplicationPath": sprintf("/%s", [path]),
		"AnonymousAuthentication": false,
		"BasicAuthentication": true,
		"WindowsAuthentication": false,
		"ClientCertificateMappingAuthentication": false,
		"WindowsAuthenticationProviders": ["Negotiate", "NTLM"],
		"SslFlags": ["Ssl", "Ssl128"],
	},
	changes,
)
