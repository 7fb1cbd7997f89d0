# METADATA
# title: A server older than Exchange 2013 is still in the organization
# description: |
#   A token cannot be proxied to Exchange 2010: with Hybrid Modern Authentication on, users behind such a
#   server are cut off, and the Hybrid Configuration Wizard does not create the trust while one is there. A
#   forgotten object in Active Directory counts, Edge Transport too. With Hybrid Modern Authentication off it
#   is a medium finding; that the product is out of support is BUILD-001.
# related_resources:
#   - ref: https://learn.microsoft.com/microsoft-365/enterprise/configure-exchange-server-for-hybrid-modern-authentication
#     description: Configure Exchange Server on-premises to use Hybrid Modern Authentication
#   - ref: Announcing Hybrid Modern Authentication for Exchange On-Premises
#     description: Exchange Team Blog, 2017
# custom:
#   id: HMA-012
#   severity: critical
#   category: HMA
#   profiles: [hma_external]
#   scope: organization
#   requires:
#     - onprem.ExchangeServer.AdminDisplayVersion
#   any_of: []
#   uses:
#     - onprem.OrganizationConfig.OAuth2ClientProfileEnabled
#     - onprem.AuthServer.IsDefaultAuthorizationEndpoint
#     - onprem.AuthServer.Type
#     - onprem.AuthServer.Enabled
#   params: []
#   automation: automated
#   remediation:
#     powershell: |
#       # Move what is left on it, then uninstall it with its own Setup (Setup.com /mode:Uninstall); never delete the object.
#       Get-ExchangeServer -Identity {{identity}} | Format-List Name, ServerRole, AdminDisplayVersion
#       Get-Mailbox -Server {{identity}} -ResultSize 5
#     rollback: |
#       # A server that was uninstalled does not come back; keep a backup until the last mailbox works elsewhere.
#   frameworks: {}
#   grade: "S2, V"
#   since: "0.2.0"
package exchange.hybrid.server_older_than_2013

import data.lib.builds
import data.lib.hma
import data.lib.result

_expected := "Exchange Server 2013 or later, or no such server"

violation contains _graded(server) if {
	some server in input.onprem.ExchangeServer
	builds.ancient(builds.parts(server.AdminDisplayVersion))
}

_graded(server) := result.warning(server, "AdminDisplayVersion", _expected, "medium") if {
	hma.off_reason
} else := result.violation(server, "AdminDisplayVersion", _expected)

unknown contains result.unknown(server, "build_not_in_table", sprintf(
	"%v is not a version that can be compared. Read the server again with `Get-ExchangeServer`.",
	[server.AdminDisplayVersion],
)) if {
	some server in input.onprem.ExchangeServer
	is_string(server.AdminDisplayVersion)
	not builds.parts(server.AdminDisplayVersion)
}
