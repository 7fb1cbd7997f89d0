# METADATA
# title: A partner application may name users by security identifier
# description: |
#   With AcceptSecurityIdentifierInformation the identifier inside a token is believed and not looked up:
#   whoever issues the token chooses the user. Microsoft Graph has it by hybrid default; a resource forest
#   may need it, and is then declared in `params: {sid_partner_applications: [...]}` by name or
#   identifier. Disabled applications count too.
# related_resources:
#   - ref: Set-PartnerApplication
#     description: Cmdlet reference
#   - ref: https://github.com/microsoft/CSS-Exchange
#     description: HealthChecker test data, lab exports of one 2019 server
# custom:
#   id: PAPP-009
#   severity: medium
#   category: PAPP
#   profiles: []
#   scope: organization
#   requires:
#     - onprem.PartnerApplication.AcceptSecurityIdentifierInformation
#   any_of: []
#   uses:
#     - onprem.PartnerApplication.ApplicationIdentifier
#     - onprem.PartnerApplication.Name
#   params: []
#   automation: automated
#   remediation:
#     powershell: |
#       Set-PartnerApplication -Identity {{identity}} -AcceptSecurityIdentifierInformation $false
#     rollback: |
#       Set-PartnerApplication -Identity {{identity}} -AcceptSecurityIdentifierInformation $true
#   frameworks: {}
#   grade: "S3, V"
#   since: "0.2.0"
package exchange.partner.sid_accepted_from_partner

import data.lib.params
import data.lib.partner
import data.lib.result
import data.lib.value

_accepting := [application |
	some application in input.onprem.PartnerApplication
	application.AcceptSecurityIdentifierInformation == true
	not params.is_declared("sid_partner_applications", application, {"Name", "ApplicationIdentifier"})
]

violation contains result.violation(application, "AcceptSecurityIdentifierInformation", false) if {
	some application in _accepting
	value.decided(application, "ApplicationIdentifier")
	not partner.is_graph(application)
}

# It could be Microsoft Graph.
unknown contains result.undecided(application, "ApplicationIdentifier", why) if {
	some application in _accepting
	why := value.reason(application, "ApplicationIdentifier")
}
