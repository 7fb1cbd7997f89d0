# METADATA
# title: MAPI over HTTP is off, or overridden for mailboxes
# description: |
#   Hybrid Modern Authentication does not work over Outlook Anywhere: with MAPI over HTTP off, Outlook falls
#   back to Windows authentication. A mailbox with the flag explicitly off only warns; one that inherits is
#   fine. Mailboxes are counted, never named. Medium while Hybrid Modern Authentication is off.
# related_resources:
#   - ref: https://learn.microsoft.com/exchange/clients/mapi-over-http/configure-mapi-over-http
#     description: Configure MAPI over HTTP in Exchange Server
#   - ref: Set-OrganizationConfig
#     description: Cmdlet reference
#   - ref: Set-CASMailbox
#     description: Cmdlet reference
# custom:
#   id: HMA-011
#   severity: high
#   category: HMA
#   profiles: []
#   scope: organization
#   requires:
#     - onprem.OrganizationConfig.MapiHttpEnabled
#   any_of: []
#   uses:
#     - onprem.CASMailbox.MapiHttpEnabled
#     - onprem.OrganizationConfig.OAuth2ClientProfileEnabled
#     - onprem.AuthServer.IsDefaultAuthorizationEndpoint
#     - onprem.AuthServer.Type
#     - onprem.AuthServer.Enabled
#     - onprem.ExchangeServer.AdminDisplayVersion
#   params: []
#   automation: automated
#   remediation:
#     powershell: |
#       Set-OrganizationConfig -MapiHttpEnabled $true
#       # Mailboxes of their own mind go back to what the organization says:
#       Get-CASMailbox -ResultSize Unlimited | Where-Object { $_.MapiHttpEnabled -eq $false } | Set-CASMailbox -MapiHttpEnabled $null
#     rollback: |
#       Set-OrganizationConfig -MapiHttpEnabled {{subject.MapiHttpEnabled}}
#       # Keep the list of mailboxes that Get-CASMailbox names before the change; each: Set-CASMailbox -MapiHttpEnabled $false
#   frameworks: {}
#   grade: "S2, V"
#   since: "0.2.0"
package exchange.hybrid.mapi_over_http_off

import data.lib.coverage
import data.lib.hma
import data.lib.result
import data.lib.value

_flag := "MapiHttpEnabled"

violation contains _graded(config) if {
	some config in input.onprem.OrganizationConfig
	config[_flag] == false
}

_graded(config) := result.warning(config, _flag, true, "medium") if {
	hma.off_reason
} else := result.violation(config, _flag, true)

violation contains object.union_n([
	result.caused(config, mailboxes, _flag, "no mailbox with false"),
	{"severity": "low", "message": sprintf("Mailboxes with MAPI over HTTP switched off: %d.", [count_of])},
]) if {
	some config in input.onprem.OrganizationConfig
	some mailboxes in input.onprem.CASMailbox
	count_of := mailboxes[_flag]["false"]
	count_of > 0
}

unknown contains result.unseen(
	"CASMailbox",
	config,
	"The mailboxes were not all counted; `Get-CASMailbox` shows which have a setting of their own.",
) if {
	some config in input.onprem.OrganizationConfig
	not coverage.complete("onprem", "CASMailbox")
}

unknown contains result.unseen(
	"CASMailbox",
	config,
	"There is no count of mailboxes; `Get-CASMailbox` shows which have a setting of their own.",
) if {
	some config in input.onprem.OrganizationConfig
	coverage.complete("onprem", "CASMailbox")
	count(input.onprem.CASMailbox) == 0
}

unknown contains object.union(
	result.undecided(mailboxes, _flag, why),
	{"subject": result.subject(config)},
) if {
	some config in input.onprem.OrganizationConfig
	some mailboxes in input.onprem.CASMailbox
	why := value.reason(mailboxes, _flag)
}

# Mailboxes of which the export does not say it.
unknown contains result.resting_on(
	result.unknown(
		config,
		"property_absent",
		sprintf("Mailboxes whose setting the export does not show: %d.", [mailboxes[_flag].unknown]),
	),
	mailboxes._kind,
) if {
	some config in input.onprem.OrganizationConfig
	some mailboxes in input.onprem.CASMailbox
	mailboxes[_flag].unknown > 0
}
