# METADATA
# title: The Exchange Online partner application is missing, disabled or not its own
# description: |
#   Through this object Exchange accepts the tokens of Exchange Online: one with an empty realm, enabled,
#   that uses the authorization server. A metadata address or a certificate of its own would let another
#   issuer speak as Exchange Online. Missing or disabled counts only where hybrid OAuth is used.
# related_resources:
#   - ref: https://learn.microsoft.com/exchange/configure-oauth-authentication-between-exchange-and-exchange-online-organizations-exchange-2013-help
#     description: Configure OAuth authentication between Exchange and Exchange Online organizations
#   - ref: https://microsoft.github.io/CSS-Exchange/Diagnostics/HealthChecker
#     description: HealthChecker, hybrid information
#   - ref: Set-PartnerApplication
#     description: Cmdlet reference
# custom:
#   id: PAPP-001
#   severity: critical
#   category: PAPP
#   profiles: []
#   scope: organization
#   requires:
#     - onprem.PartnerApplication.ApplicationIdentifier
#     - onprem.PartnerApplication.Realm
#     - onprem.PartnerApplication.Enabled
#     - onprem.PartnerApplication.UseAuthServer
#     - onprem.PartnerApplication.AuthMetadataUrl
#     - onprem.PartnerApplication.CertificateStrings
#   any_of: []
#   uses:
#     - onprem.AuthServer.Type
#     - onprem.AuthServer.Enabled
#     - onprem.AuthServer.IsDefaultAuthorizationEndpoint
#     - onprem.OrganizationConfig.OAuth2ClientProfileEnabled
#     - onprem.IntraOrganizationConnector.Enabled
#     - onprem.ExchangeServer.AdminDisplayVersion
#   params: []
#   automation: automated
#   remediation:
#     powershell: |
#       # Where there is none, run the Hybrid Configuration Wizard. A metadata address or certificate that nobody owns up
#       # to is an incident: find out who set it before it is cleared.
#       Get-PartnerApplication | Where-Object { $_.ApplicationIdentifier -eq '00000002-0000-0ff1-ce00-000000000000' -and $_.Realm -eq '' } | Set-PartnerApplication -Enabled $true
#     rollback: |
#       Get-PartnerApplication | Where-Object { $_.ApplicationIdentifier -eq '00000002-0000-0ff1-ce00-000000000000' -and $_.Realm -eq '' } | Set-PartnerApplication -Enabled $false
#   frameworks: {}
#   grade: "V"
#   since: "0.2.0"
package exchange.partner.broken_exchange_online_application

import data.lib.coverage
import data.lib.hma
import data.lib.partner
import data.lib.result
import data.lib.value

subject contains result.judged_organization

_all := [application |
	some application in input.onprem.PartnerApplication
	partner.is_exchange_online(application)
]

# The one that the wizard made.
_own := [application |
	some application in _all
	value.empty(application, "Realm")
]

# It could be the one, if its values were known.
_candidate(application) if {
	not value.decided(application, "ApplicationIdentifier")
	not _of_a_realm(application)
}

_candidate(application) if {
	partner.is_exchange_online(application)
	not value.settled(application, "Realm")
}

_of_a_realm(application) if value.filled(application, "Realm")

_missing if {
	coverage.complete("onprem", "PartnerApplication")
	count(_own) == 0
	count([application |
		some application in input.onprem.PartnerApplication
		_candidate(application)
	]) == 0
}

_disabled := [application |
	some application in _own
	application.Enabled == false
]

_used if hma.oauth in {"declared", "used"}

violation contains result.breaking(application, property, null) if {
	some application in _own
	some property in {"AuthMetadataUrl", "CertificateStrings"}
	value.filled(application, property)
}

violation contains result.lowered(result.breaking(application, "UseAuthServer", true), "high") if {
	some application in _own
	application.UseAuthServer == false
}

violation contains result.lowered(result.breaking(application, "Enabled", true), "high") if {
	_used
	some application in _disabled
}

violation contains result.lowered(
	result.lacking(
		sort([application._key | some application in input.onprem.PartnerApplication]),
		"a partner application for Exchange Online with an empty realm",
		"There is no partner application for Exchange Online; its tokens are refused.",
	),
	"high",
) if {
	_used
	_missing
}

violation contains result.lowered(
	result.lacking(
		sort([application._key | some application in _own]),
		"one partner application for Exchange Online with an empty realm",
		sprintf("%d partner applications stand for Exchange Online with an empty realm; one must.", [count(_own)]),
	),
	"high",
) if {
	count(_own) > 1
}

violation contains result.lowered(result.breaking(application, "Realm", ""), "low") if {
	some application in _all
	value.filled(application, "Realm")
}

_undetermined if _missing

_undetermined if count(_disabled) > 0

not_applicable contains {"subject": result.organization, "reason": "no_hybrid_oauth"} if {
	hma.oauth == "absent"
	_undetermined
}

unknown contains {
	"subject": result.organization,
	"reason": "param_missing",
	"param": "hybrid",
	"message": concat(" ", [
		"Nobody stated whether hybrid OAuth is used.",
		"Add `params: {hybrid: none|classic_minimal|classic_full|modern_agent}`.",
	]),
} if {
	hma.oauth == "unknown"
	_undetermined
}
