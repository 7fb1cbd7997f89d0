# METADATA
# title: An authorization server that nobody expects
# description: |
#   Each enabled AuthServer is a token issuer that Exchange accepts. Usual are one MicrosoftACS object
#   and one AzureAD object per tenant. Declare yours, by name or issuer identifier, in `params:
#   {auth_servers: [...]}`; without that only Facebook, LinkedIn and foreign metadata hosts are
#   findings. TrustAnySSLCertificate is judged where the server returns it.
# related_resources:
#   - ref: Set-AuthServer
#     description: Cmdlet reference
#   - ref: https://learn.microsoft.com/exchange/configure-oauth-authentication-between-exchange-and-exchange-online-organizations-exchange-2013-help
#     description: Configure OAuth authentication between Exchange and Exchange Online organizations
# custom:
#   id: AUTH-005
#   severity: critical
#   category: AUTH
#   profiles: []
#   scope: organization
#   requires:
#     - onprem.AuthServer.Enabled
#   any_of: []
#   uses:
#     - onprem.AuthServer.Name
#     - onprem.AuthServer.Type
#     - onprem.AuthServer.IssuerIdentifier
#     - onprem.AuthServer.AuthMetadataUrl
#     - onprem.AuthServer.TrustAnySSLCertificate
#   params: []
#   automation: automated
#   remediation:
#     powershell: |
#       Set-AuthServer -Identity {{identity}} -Enabled $false
#       # After a quiet period: Remove-AuthServer -Identity {{identity}}
#     rollback: |
#       Set-AuthServer -Identity {{identity}} -Enabled $true
#   frameworks: {}
#   grade: "V"
#   since: "0.1.0"
package exchange.authorization.unexpected_authorization_server

import data.lib.params
import data.lib.result
import data.lib.value

_enabled := [server |
	some server in input.onprem.AuthServer
	server.Enabled == true
]

_declared(server) if params.is_declared("auth_servers", server, {"Name", "IssuerIdentifier"})

_anything_declared if count(params.declared("auth_servers")) > 0

violation contains result.saying(
	result.violation(server, "Enabled", false),
	sprintf("%s is enabled and not among the declared authorization servers.", [server._key]),
) if {
	_anything_declared
	some server in _enabled
	not _declared(server)
}

violation contains result.violation(server, "Type", "MicrosoftACS or AzureAD") if {
	some server in _enabled
	server.Type in {"Facebook", "LinkedIn"}
	not _declared(server)
}

violation contains result.violation(
	server,
	"AuthMetadataUrl",
	sprintf("a host of %s", [concat(" or ", sort(hosts))]),
) if {
	some server in _enabled
	hosts := _hosts(server)
	value.filled(server, "AuthMetadataUrl")
	not value.host(server.AuthMetadataUrl) in hosts
}

violation contains result.violation(server, "TrustAnySSLCertificate", false) if {
	some server in input.onprem.AuthServer
	server.TrustAnySSLCertificate == true
}

unknown contains result.undecided(server, "Type", why) if {
	some server in _enabled
	why := value.reason(server, "Type")
}

unknown contains result.undecided(server, "AuthMetadataUrl", value.reason(server, "AuthMetadataUrl")) if {
	some server in _enabled
	server.Type in {"AzureAD", "MicrosoftACS"}
	not value.settled(server, "AuthMetadataUrl")
}

unknown contains result.unknown(server, "cloud_not_in_table", sprintf(
	"No metadata host of type %s is on record for the cloud %s; look at AuthMetadataUrl yourself.",
	[server.Type, params.cloud],
)) if {
	some server in _enabled
	server.Type in {"AzureAD", "MicrosoftACS"}
	not _hosts(server)
}

# The hosts of a type in the declared cloud. Undefined for other types and where none is on record.
_hosts(server) := hosts if {
	hosts := {row.host |
		some row in data.facts.token_issuer_hosts
		row.type == server.Type
		row.cloud == params.cloud
	}
	count(hosts) > 0
}
