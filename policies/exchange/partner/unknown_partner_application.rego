# METADATA
# title: A partner application that nobody declared
# description: |
#   Each enabled partner application is a party whose tokens Exchange accepts. The applications that
#   Microsoft itself creates are known; every other enabled one, and one that does not use the
#   authorization server, must be declared in `params: {partner_applications: [...]}` by name or
#   identifier.
# related_resources:
#   - ref: https://microsoft.github.io/CSS-Exchange/Diagnostics/HealthChecker
#     description: HealthChecker, hybrid information
#   - ref: Deep Dive - How Hybrid Authentication Really Works
#     description: Exchange Team Blog, 2017
# custom:
#   id: PAPP-007
#   severity: critical
#   category: PAPP
#   profiles: []
#   scope: organization
#   requires:
#     - onprem.PartnerApplication.Enabled
#   any_of: []
#   uses:
#     - onprem.PartnerApplication.ApplicationIdentifier
#     - onprem.PartnerApplication.UseAuthServer
#     - onprem.PartnerApplication.AuthMetadataUrl
#     - onprem.PartnerApplication.Name
#   params: []
#   automation: automated
#   remediation:
#     powershell: |
#       Set-PartnerApplication -Identity {{identity}} -Enabled $false
#       # After a quiet period: Remove-PartnerApplication -Identity {{identity}}
#     rollback: |
#       Set-PartnerApplication -Identity {{identity}} -Enabled $true
#   frameworks: {}
#   grade: "S1, V, K for the SharePoint identifier"
#   since: "0.1.0"
package exchange.partner.unknown_partner_application

import data.lib.params
import data.lib.result
import data.lib.value

_undeclared := [application |
	some application in input.onprem.PartnerApplication
	application.Enabled == true
	not params.is_declared("partner_applications", application, {"Name", "ApplicationIdentifier"})
]

violation contains result.violation(
	application,
	"ApplicationIdentifier",
	"an identifier that is known or declared",
) if {
	some application in _undeclared
	value.decided(application, "ApplicationIdentifier")
	not _may_be_known(application)
}

violation contains result.violation(application, "UseAuthServer", true) if {
	some application in _undeclared
	application.UseAuthServer == false
}

unknown contains result.undecided(application, property, why) if {
	some application in _undeclared
	some property in {"ApplicationIdentifier", "UseAuthServer"}
	why := value.reason(application, property)
}

# SharePoint on-premises is known by its own metadata address alone.
unknown contains result.undecided(application, "AuthMetadataUrl", value.reason(application, "AuthMetadataUrl")) if {
	some application in _undeclared
	_row(application).own_metadata_url == "required"
	not value.settled(application, "AuthMetadataUrl")
}

_row(application) := row if {
	some row in data.facts.first_party_applications
	row.identifier == lower(application.ApplicationIdentifier)
}

_may_be_known(application) if _row(application).own_metadata_url == "any"

_may_be_known(application) if {
	_row(application).own_metadata_url == "required"
	not value.empty(application, "AuthMetadataUrl")
}
