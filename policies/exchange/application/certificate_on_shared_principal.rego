# METADATA
# title: A certificate of this organization is left on the shared service principal
# description: |
#   With a certificate on the service principal of Exchange Online, whoever controls an Exchange server can
#   ask for tokens as Exchange Online itself and reach into the tenant without a trace there
#   (CVE-2025-53786). The dedicated application needs none there. An expired one counts too: its key can be
#   put back. The Hybrid Configuration Wizard can upload the certificate again, so look after each run.
# related_resources:
#   - ref: https://learn.microsoft.com/exchange/hybrid-deployment/deploy-dedicated-hybrid-app
#     description: Deploy the dedicated Exchange hybrid app
#   - ref: https://microsoft.github.io/CSS-Exchange/Hybrid/ConfigureExchangeHybridApplication
#     description: ConfigureExchangeHybridApplication
# custom:
#   id: HAPP-005
#   severity: critical
#   category: HAPP
#   profiles: []
#   scope: organization
#   requires:
#     - entra.ServicePrincipal.appId
#   any_of: []
#   uses:
#     - entra.ServicePrincipal.keyCredentials
#   params: []
#   automation: automated
#   remediation:
#     powershell: |
#       # First make sure that the dedicated application works (HAPP-001 to HAPP-004); look-ups that still use the shared one stop.
#       .\ConfigureExchangeHybridApplication.ps1 -ResetFirstPartyServicePrincipalKeyCredentials
#     rollback: |
#       # Puts the certificate, and the exposure, back: the OAuth step of the Hybrid Configuration Wizard.
#   frameworks: {}
#   grade: "V, 2"
#   since: "0.2.0"
package exchange.application.certificate_on_shared_principal

import data.lib.dedicated
import data.lib.result
import data.lib.value

_principals := [principal |
	some principal in input.entra.ServicePrincipal
	lower(principal.appId) == dedicated.shared_application
]

subject contains result.judged(principal) if some principal in _principals

subject contains result.judged_organization if count(_principals) == 0

# A list that was cut still proves what it shows.
violation contains {
	"subject": result.subject(principal),
	"property": "keyCredentials",
	"observed": sort([_name(credential) | some credential in principal.keyCredentials]),
	"expected": [],
	"message": sprintf(
		"The shared service principal of Exchange Online has certificates: %d.",
		[count(principal.keyCredentials)],
	),
} if {
	some principal in _principals
	is_array(principal.keyCredentials)
	count(principal.keyCredentials) > 0
}

_name(credential) := sprintf("%s until %s", [credential.keyId, credential.endDateTime]) if {
	is_string(credential.keyId)
	is_string(credential.endDateTime)
} else := "a certificate without usable details"

unknown contains result.undecided(principal, "keyCredentials", why) if {
	some principal in _principals
	why := value.reason(principal, "keyCredentials")
}

unknown contains {
	"subject": result.organization,
	"reason": "not_collected",
	"kind": "ServicePrincipal",
	"message": concat(" ", [
		"The service principal of Exchange Online (00000002-0000-0ff1-ce00-000000000000) is not in the export,",
		"though each tenant with Exchange Online has it.",
	]),
} if {
	count(_principals) == 0
}
