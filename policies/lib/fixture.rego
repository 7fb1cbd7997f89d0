# METADATA
# description: |
#   Resources and inputs for tests: factory-like objects, changed by the second argument. Values of
#   untouched servers where a source gives them (vendor lab exports, the IIS default table). A property
#   is taken away with `object.remove`.
package lib.fixture

_kinds := {
	"onprem": {
		"ExchangeServer", "ActiveSyncVirtualDirectory", "WebServicesVirtualDirectory",
		"MapiVirtualDirectory", "OabVirtualDirectory", "AutodiscoverVirtualDirectory",
		"OwaVirtualDirectory", "EcpVirtualDirectory", "PowerShellVirtualDirectory",
		"OutlookAnywhere", "AuthServer", "AuthConfig", "PartnerApplication",
		"IntraOrganizationConnector", "OrganizationRelationship", "OrganizationConfig",
		"AcceptedDomain", "ExchangeCertificate",
		"ClientAccessService",
	},
	"cloud": {
		"PartnerApplication", "IntraOrganizationConnector", "OrganizationRelationship",
		"OrganizationConfig", "AcceptedDomain",
	},
	"entra": set(),
	"host": {"ServerVersion", "IisApplication"},
}

# A fully collected organization that consists of these resources.
estate(resources) := object.union(
	{plane: {kind: [resource |
		some resource in resources
		resource._plane == plane
		resource._kind == kind
	] |
		some kind in kinds
	} |
		some plane, kinds in _kinds
	},
	{
		"now": "2026-11-21T02:00:00Z",
		"organization": "contoso",
		"coverage": [{
			"plane": plane,
			"kind": kind,
			"state": "complete",
			"basis": "recorded",
			"count": 1,
			"reason": null,
			"except": [],
		} |
			some plane, kinds in _kinds
			some kind in kinds
		],
	},
)

# The same, with one kind seen in part only.
partly(resources, plane, kind) := object.union(estate(resources), {"coverage": [seen |
	some row in estate(resources).coverage
	seen := object.union(row, {"state": _state(row, plane, kind)})
]})

_state(row, plane, kind) := "partial" if {
	row.plane == plane
	row.kind == kind
} else := row.state

# What the engine makes of a flag that Active Directory answered instead of IIS.
ad_only := {"$undecided": "ad_only"}

# The subject of an answer about a resource.
subject(resource) := {"plane": resource._plane, "kind": resource._kind, "id": resource._key}

# The same as a `subject` rule names it.
judged(resource) := object.union(subject(resource), {"server": resource._server})

_directory(kind, server, name, factory, changes) := object.union_n([
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
		"InternalUrl": null,
		"ExternalUrl": null,
	},
	factory,
	changes,
])

activesync(server, changes) := _directory(
	"ActiveSyncVirtualDirectory", server, "Microsoft-Server-ActiveSync",
	{"BasicAuthEnabled": true, "WindowsAuthEnabled": false, "ClientCertAuth": "Ignore"},
	changes,
)

ews(server, changes) := _directory(
	"WebServicesVirtualDirectory", server, "EWS",
	{
		"BasicAuthentication": false,
		"WindowsAuthentication": true,
		"DigestAuthentication": false,
		"OAuthAuthentication": true,
		"WSSecurityAuthentication": true,
		"MRSProxyEnabled": false,
	},
	changes,
)

autodiscover(server, changes) := _directory(
	"AutodiscoverVirtualDirectory", server, "Autodiscover",
	{
		"BasicAuthentication": true,
		"WindowsAuthentication": true,
		"DigestAuthentication": false,
		"OAuthAuthentication": true,
		"WSSecurityAuthentication": true,
	},
	changes,
)

mapi(server, changes) := _directory(
	"MapiVirtualDirectory", server, "mapi",
	{"IISAuthenticationMethods": ["Negotiate", "Ntlm", "OAuth"]},
	changes,
)

oab(server, changes) := _directory(
	"OabVirtualDirectory", server, "OAB",
	{
		"BasicAuthentication": false,
		"WindowsAuthentication": true,
		"OAuthAuthentication": true,
		"RequireSSL": true,
	},
	changes,
)

powershell(server, changes) := _directory(
	"PowerShellVirtualDirectory", server, "PowerShell",
	{"BasicAuthentication": false, "WindowsAuthentication": false, "RequireSSL": false},
	changes,
)

outlook_anywhere(server, changes) := _directory(
	"OutlookAnywhere", server, "Rpc",
	{
		"IISAuthenticationMethods": ["Basic", "Negotiate", "Ntlm"],
		"ExternalClientAuthenticationMethod": "Negotiate",
		"InternalClientAuthenticationMethod": "Ntlm",
		"SSLOffloading": true,
	},
	changes,
)

_object(plane, kind, key, factory, changes) := object.union_n([
	{
		"_plane": plane,
		"_kind": kind,
		"_key": key,
		"_server": null,
		"_evidence": "unstated",
		"_observed": {},
	},
	factory,
	changes,
])

exchange_server(name, changes) := _object(
	"onprem", "ExchangeServer", name,
	{"Name": name, "AdminDisplayVersion": "15.2.2562.17", "ServerRole": "Mailbox", "IsEdgeServer": false},
	changes,
)

server_version(server, build) := object.union(
	_object("host", "ServerVersion", server, {"FileVersion": build}, {}),
	{"_server": server},
)

organization_config(changes) := _object(
	"onprem", "OrganizationConfig", "OrganizationConfig",
	{"OAuth2ClientProfileEnabled": false, "MapiHttpEnabled": true},
	changes,
)

auth_server(name, changes) := _object(
	"onprem", "AuthServer", name,
	{
		"Name": name,
		"Type": "AzureAD",
		"Enabled": true,
		"IsDefaultAuthorizationEndpoint": false,
		"IssuerIdentifier": "https://sts.windows.net/11111111-2222-3333-4444-555555555555/",
		"Realm": "11111111-2222-3333-4444-555555555555",
		"AuthMetadataUrl": "https://login.windows.net/contoso.onmicrosoft.com/federationmetadata/2007-06/federationmetadata.xml",
	},
	changes,
)

acs(changes) := auth_server("ACS - 0", object.union(
	{
		"Type": "MicrosoftACS",
		"IssuerIdentifier": "00000001-0000-0000-c000-000000000000",
		"AuthMetadataUrl": "https://accounts.accesscontrol.windows.net/contoso.com/metadata/json/1",
	},
	changes,
))

partner_application(name, changes) := _object(
	"onprem", "PartnerApplication", name,
	{
		"Name": name,
		"ApplicationIdentifier": "00000002-0000-0ff1-ce00-000000000000",
		"Enabled": true,
		"UseAuthServer": true,
		"AcceptSecurityIdentifierInformation": false,
		"AuthMetadataUrl": "",
		"Realm": "",
		"LinkedAccount": "contoso.com/Users/Exchange Online-ApplicationAccount",
		"AccountType": "OrganizationalAccount",
		"AppOnlyPermissions": null,
		"ActAsPermissions": [],
		"CertificateStrings": [],
	},
	changes,
)

connector(plane, name, changes) := _object(
	plane, "IntraOrganizationConnector", name,
	{
		"Name": name,
		"Enabled": true,
		"TargetAddressDomains": ["contoso.mail.onmicrosoft.com"],
		"DiscoveryEndpoint": "https://autodiscover-s.outlook.com/autodiscover/autodiscover.svc",
	},
	changes,
)

owa(server, changes) := _directory(
	"OwaVirtualDirectory", server, "owa",
	{
		"BasicAuthentication": true,
		"WindowsAuthentication": false,
		"DigestAuthentication": false,
		"OAuthAuthentication": false,
		"FormsAuthentication": true,
	},
	changes,
)

ecp(server, changes) := _directory(
	"EcpVirtualDirectory", server, "ecp",
	{
		"BasicAuthentication": true,
		"WindowsAuthentication": false,
		"DigestAuthentication": false,
		"OAuthAuthentication": false,
		"FormsAuthentication": true,
		"AdminEnabled": true,
		"OwaOptionsEnabled": true,
	},
	changes,
)

client_access_service(server, changes) := object.union_n([
	_object("onprem", "ClientAccessService", server, {"Name": server}, {}),
	{"_server": server, "AutoDiscoverServiceInternalUri": null},
	changes,
])

# An application of IIS, `/` the site itself; effective values as after inheritance.
iis(server, site, path, changes) := object.union_n([
	_object("host", "IisApplication", sprintf("%s\\%s%s", [server, site, path]), {}, {}),
	{
		"_server": server,
		"_site": _iis_site(site),
		"SiteName": site,
		"ApplicationPath": path,
		"AnonymousAuthentication": false,
		"BasicAuthentication": false,
		"WindowsAuthentication": true,
		"DigestAuthentication": false,
		"ExtendedProtectionTokenChecking": "None",
		"SslFlags": ["Ssl", "Ssl128"],
		"IpSecurityAllowUnlisted": true,
	},
	changes,
])

_iis_site(site) := "backend" if {
	lower(site) == "exchange back end"
} else := "frontend"
