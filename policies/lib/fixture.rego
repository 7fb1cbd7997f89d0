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
		"ClientAccessService", "MailboxServer", "IntraOrganizationConfiguration",
		"FederationTrust", "FederatedOrganizationIdentifier", "AvailabilityAddressSpace",
		"HybridConfiguration", "AuthenticationPolicy", "SettingOverride",
		"SendConnector", "ReceiveConnector", "CASMailbox", "User",
	},
	"cloud": {
		"PartnerApplication", "IntraOrganizationConnector", "OrganizationRelationship",
		"OrganizationConfig", "AcceptedDomain",
		"IntraOrganizationConfiguration", "FederationTrust",
		"FederatedOrganizationIdentifier", "AuthenticationPolicy", "ApplicationAccessPolicy",
	},
	"entra": {"ServicePrincipal", "Application"},
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
		"planes": ["onprem", "cloud", "entra", "host"],
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
		"InternalHostname": null,
		"ExternalHostname": null,
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

# A connector's sibling: the addresses that the wizard wrote.
intra_organization_configuration(plane, changes) := _object(
	plane, "IntraOrganizationConfiguration", "IntraOrganizationConfiguration",
	{
		"OnlineDiscoveryEndpoint": "https://autodiscover-s.outlook.com/autodiscover/autodiscover.svc",
		"OnlineTargetAddress": "contoso.mail.onmicrosoft.com",
		"OnPremiseTargetAddresses": ["contoso.com"],
		"OnPremiseDiscoveryEndpoint": null,
		"OnPremiseWebServiceEndpoint": null,
	},
	changes,
)

organization_relationship(plane, name, changes) := _object(
	plane, "OrganizationRelationship", name,
	{
		"Name": name,
		"Enabled": true,
		"DomainNames": ["contoso.mail.onmicrosoft.com"],
		"FreeBusyAccessEnabled": true,
		"FreeBusyAccessLevel": "LimitedDetails",
		"FreeBusyAccessScope": null,
		"MailboxMoveEnabled": false,
		"ArchiveAccessEnabled": false,
		"TargetApplicationUri": "outlook.com",
		"TargetSharingEpr": null,
		"TargetAutodiscoverEpr": "https://autodiscover-s.outlook.com/autodiscover/autodiscover.svc/WSSecurity",
	},
	changes,
)

accepted_domain(plane, domain, changes) := _object(
	plane, "AcceptedDomain", domain,
	{"Name": domain, "DomainName": domain, "DomainType": "Authoritative", "Default": true},
	changes,
)

auth_config(changes) := _object(
	"onprem", "AuthConfig", "AuthConfig",
	{
		"CurrentCertificateThumbprint": "0123456789ABCDEF0123456789ABCDEF01234567",
		"PreviousCertificateThumbprint": "",
		"NextCertificateThumbprint": "",
		"NextCertificateEffectiveDate": null,
		"ServiceName": "00000002-0000-0ff1-ce00-000000000000",
		"Realm": "",
	},
	changes,
)

certificate(server, thumbprint, changes) := object.union(
	_object(
		"onprem", "ExchangeCertificate", sprintf("%s\\%s", [server, thumbprint]),
		{
			"Thumbprint": thumbprint,
			"Subject": "CN=mail.contoso.com",
			"Issuer": "CN=Contoso Issuing CA",
			"NotBefore": "2026-01-01T00:00:00Z",
			"NotAfter": "2028-01-01T00:00:00Z",
			"CertificateDomains": ["autodiscover.contoso.com", "mail.contoso.com"],
			"PublicKeySize": 2048,
		},
		changes,
	),
	{"_server": server},
)

client_access_service(server, changes) := object.union(
	_object(
		"onprem", "ClientAccessService", server,
		{
			"Name": server,
			"AutoDiscoverServiceInternalUri": "https://autodiscover.contoso.com/Autodiscover/Autodiscover.xml",
			"AutoDiscoverSiteScope": ["Default-First-Site-Name"],
		},
		changes,
	),
	{"_server": server},
)

mailbox_server(server, changes) := object.union(
	_object(
		"onprem", "MailboxServer", server,
		{"Name": server, "DatabaseAvailabilityGroup": null, "ServerRole": "Mailbox"},
		changes,
	),
	{"_server": server},
)

federation_trust(plane, changes) := _object(
	plane, "FederationTrust", "Microsoft Federation Gateway",
	{
		"Name": "Microsoft Federation Gateway",
		"ApplicationIdentifier": "000000004C0D4A5B",
		"ApplicationUri": "FYDIBOHF25SPDLT.contoso.com",
		"TokenIssuerUri": "urn:federation:MicrosoftOnline",
		"OrgCertificate": _trust_certificate("CN=Federation"),
		"OrgNextCertificate": null,
		"OrgPrevCertificate": null,
		"TokenIssuerCertificate": _trust_certificate("CN=STS"),
		"TokenIssuerPrevCertificate": null,
	},
	changes,
)

_trust_certificate(subject) := {
	"Thumbprint": "89ABCDEF0123456789ABCDEF0123456789ABCDEF",
	"Subject": subject,
	"Issuer": subject,
	"NotBefore": "2025-01-01T00:00:00Z",
	"NotAfter": "2030-01-01T00:00:00Z",
}

federated_organization_identifier(plane, changes) := _object(
	plane, "FederatedOrganizationIdentifier", "FederatedOrganizationIdentifier",
	{
		"Enabled": true,
		"AccountNamespace": "fydibohf25spdlt.contoso.com",
		"Domains": ["contoso.com", "fydibohf25spdlt.contoso.com"],
	},
	changes,
)

availability_address_space(forest, changes) := _object(
	"onprem", "AvailabilityAddressSpace", forest,
	{
		"Name": forest,
		"ForestName": forest,
		"AccessMethod": "InternalProxy",
		"UseServiceAccount": true,
		"UserName": "",
		"Credentials": null,
		"ProxyUrl": null,
		"TargetAutodiscoverEpr": null,
	},
	changes,
)

hybrid_configuration(changes) := _object(
	"onprem", "HybridConfiguration", "HybridConfiguration",
	{
		"ClientAccessServers": [],
		"EdgeTransportServers": [],
		"ReceivingTransportServers": ["EX01"],
		"SendingTransportServers": ["EX01"],
		"OnPremisesSmartHost": "mail.contoso.com",
		"Domains": ["contoso.com"],
		"Features": [
			"FreeBusy", "Mailtips", "MessageTracking", "MoveMailbox",
			"OnlineArchive", "OwaRedirection", "Photos", "SecureMail",
		],
		"TlsCertificateName": "<I>CN=Contoso Issuing CA<S>CN=mail.contoso.com",
		"ServiceInstance": 0,
	},
	changes,
)

# On-premises: everything legacy is blocked, nothing modern.
authentication_policy(name, changes) := _object(
	"onprem", "AuthenticationPolicy", name,
	object.union_n([
		{"Name": name},
		{concat("", ["BlockLegacyAuth", protocol]): true | some protocol in _protocols},
		{concat("", ["BlockModernAuth", protocol]): false | some protocol in _protocols},
	]),
	changes,
)

_protocols := {
	"ActiveSync", "Autodiscover", "Imap", "Mapi",
	"OfflineAddressBook", "Pop", "Rpc", "WebServices",
}

setting_override(name, component, section, parameters, changes) := _object(
	"onprem", "SettingOverride", name,
	{
		"Name": name,
		"ComponentName": component,
		"SectionName": section,
		"Parameters": parameters,
		"Server": null,
		"MinVersion": null,
		"MaxVersion": null,
		"FixVersion": null,
		"Reason": "test",
		"ModifiedBy": "contoso.com/Users/Administrator",
	},
	changes,
)

# The wizard's connector to Exchange Online.
send_connector(name, changes) := _object(
	"onprem", "SendConnector", name,
	{
		"Name": name,
		"Enabled": true,
		"AddressSpaces": ["smtp:contoso.mail.onmicrosoft.com;1"],
		"SmartHosts": [],
		"RequireTLS": true,
		"TlsAuthLevel": "DomainValidation",
		"TlsDomain": "mail.protection.outlook.com",
		"TlsCertificateName": "<I>CN=Contoso Issuing CA<S>CN=mail.contoso.com",
		"CloudServicesMailEnabled": true,
		"SourceTransportServers": ["EX01"],
		"AuthenticationCredential": null,
	},
	changes,
)

receive_connector(server, name, changes) := object.union(
	_object(
		"onprem", "ReceiveConnector", sprintf("%s\\%s", [server, name]),
		{
			"Name": name,
			"Server": server,
			"Enabled": true,
			"AuthMechanism": [
				"BasicAuth", "BasicAuthRequireTLS", "ExchangeServer",
				"Integrated", "Tls",
			],
			"PermissionGroups": ["AnonymousUsers", "ExchangeLegacyServers", "ExchangeServers"],
			"TransportRole": "FrontendTransport",
			"TlsDomainCapabilities": ["mail.protection.outlook.com:AcceptCloudServicesMail"],
			"TlsCertificateName": "<I>CN=Contoso Issuing CA<S>CN=mail.contoso.com",
		},
		changes,
	),
	{"_server": server},
)

application_access_policy(app_id, changes) := _object(
	"cloud", "ApplicationAccessPolicy", sprintf("tenant\\%s:S-1-5-21-1", [app_id]),
	{
		"Identity": sprintf("tenant\\%s:S-1-5-21-1", [app_id]),
		"AppId": app_id,
		"AccessRight": "RestrictAccess",
		"ScopeIdentity": "Sharing group",
	},
	changes,
)

# Counts of mailboxes: value -> how many.
cas_mailbox(changes) := _object(
	"onprem", "CASMailbox", "CASMailbox",
	{"Count": 1000, "MapiHttpEnabled": {"unset": 1000}},
	changes,
)

# Counts of users: value -> how many.
user(changes) := _object(
	"onprem", "User", "User",
	{"Count": 1000, "AuthenticationPolicy": {"unset": 1000}},
	changes,
)

exchange_online_application := "00000002-0000-0ff1-ce00-000000000000"

service_principal(app_id, changes) := _object(
	"entra", "ServicePrincipal", app_id,
	{
		"appId": app_id,
		"displayName": "Office 365 Exchange Online",
		"accountEnabled": true,
		"servicePrincipalNames": [app_id, "https://autodiscover.contoso.com", "https://mail.contoso.com"],
		"replyUrls": ["https://mail.contoso.com/owa"],
		"keyCredentials": [],
		"passwordCredentials": [],
		"appOwnerOrganizationId": "f8cdef31-a31e-4b4a-93e4-5f571e91255a",
	},
	changes,
)

# A key of a service principal or an application.
key_credential(key_id, changes) := object.union(
	{
		"keyId": key_id,
		"displayName": "CN=Microsoft Exchange Server Auth Certificate",
		"startDateTime": "2026-01-01T00:00:00Z",
		"endDateTime": "2027-01-01T00:00:00Z",
		"type": "AsymmetricX509Cert",
		"usage": "Verify",
		"customKeyIdentifier": "0123456789ABCDEF0123456789ABCDEF01234567",
	},
	changes,
)

# A client secret: who has it, never what it is.
password_credential(key_id, changes) := object.union(
	{
		"keyId": key_id,
		"displayName": "secret",
		"startDateTime": "2026-01-01T00:00:00Z",
		"endDateTime": "2027-01-01T00:00:00Z",
	},
	changes,
)

application(app_id, changes) := _object(
	"entra", "Application", app_id,
	{
		"appId": app_id,
		"displayName": "ExchangeServerApp-00000000-1111-2222-3333-444444444444",
		"signInAudience": "AzureADMyOrg",
		"keyCredentials": [key_credential("55555555-6666-7777-8888-999999999999", {})],
		"passwordCredentials": [],
		"requiredResourceAccess": [],
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
