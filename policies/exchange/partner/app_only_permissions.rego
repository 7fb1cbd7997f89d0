# METADATA
# title: A partner application may act without a user
# description: |
#   AppOnlyPermissions turn delegated consent into unattended access to every mailbox on-premises, and
#   the vendor reserves them for internal use. Disabled applications count too. Where the organization
#   wants them on Microsoft Graph (`params: {graph_app_only: true}`), their loss is the finding instead:
#   the list empty, the application disabled, or gone.
# related_resources:
#   - ref: Application permissions for on-premises mailboxes
#     description: Consultant article
#   - ref: Application Permissions with Hybrid Graph API
#     description: blog.markdepalma.com
#   - ref: Set-PartnerApplication
#     description: Cmdlet reference
# custom:
#   id: PAPP-004
#   severity: critical
#   category: PAPP
#   profiles: []
#   scope: organization
#   requires:
#     - onprem.PartnerApplication.AppOnlyPermissions
#   any_of: []
#   uses:
#     - onprem.PartnerApplication.ApplicationIdentifier
#     - onprem.PartnerApplication.Enabled
#   params: []
#   automation: automated
#   remediation:
#     powershell: |
#       # Where they are wanted and lost, give the list back instead: it is in the former snapshot (exdrift diff).
#       # Where this shell has no such parameter, clear the attribute on the object below
#       # CN=Partner Applications,CN=Auth Configuration in the configuration partition, then run iisreset.
#       Set-PartnerApplication -Identity {{identity}} -AppOnlyPermissions @()
#     rollback: |
#       Set-PartnerApplication -Identity {{identity}} -AppOnlyPermissions {{observed.AppOnlyPermissions}}
#   frameworks: {}
#   grade: "S3, V"
#   since: "0.1.0"
package exchange.partner.app_only_permissions

import data.lib.coverage
import data.lib.params
import data.lib.partner
import data.lib.result
import data.lib.value

subject contains result.judged(application) if {
	some application in input.onprem.PartnerApplication
}

# What is wanted and gone has no resource of its own.
subject contains result.judged_organization if _graph_is_gone

_graph_is_gone if {
	params.graph_app_only
	coverage.complete("onprem", "PartnerApplication")
	every application in input.onprem.PartnerApplication {
		value.decided(application, "ApplicationIdentifier")
		not partner.is_graph(application)
	}
}

violation contains result.saying(
	result.violation(application, "AppOnlyPermissions", []),
	sprintf("%s may act without a user: %s.", [
		application._key,
		concat(", ", sort(value.words(application.AppOnlyPermissions))),
	]),
) if {
	some application in input.onprem.PartnerApplication
	count(value.words(application.AppOnlyPermissions)) > 0
	not _wanted(application)
}

violation contains result.saying(
	result.warning(application, "AppOnlyPermissions", "app-only permissions, as declared by graph_app_only", "high"),
	"Microsoft Graph lost the app-only permissions that are declared as wanted.",
) if {
	some application in input.onprem.PartnerApplication
	_wanted(application)
	value.empty(application, "AppOnlyPermissions")
}

violation contains result.saying(
	result.warning(application, "Enabled", true, "high"),
	"Microsoft Graph is disabled, and with it the app-only permissions that are declared as wanted.",
) if {
	some application in input.onprem.PartnerApplication
	_wanted(application)
	application.Enabled == false
}

violation contains result.lowered(
	result.lacking(
		sort([application._key | some application in input.onprem.PartnerApplication]),
		"Microsoft Graph with app-only permissions, as declared by graph_app_only",
		"There is no partner application for Microsoft Graph, and so no app-only access that is declared as wanted.",
	),
	"high",
) if {
	_graph_is_gone
}

unknown contains result.undecided(application, "ApplicationIdentifier", why) if {
	params.graph_app_only
	some application in input.onprem.PartnerApplication
	why := value.reason(application, "ApplicationIdentifier")
}

_wanted(application) if {
	params.graph_app_only
	partner.is_graph(application)
}
