# METADATA
# title: The Microsoft Graph partner application is not at its hybrid default
# description: |
#   This object decides what a token of any Entra application may do on on-premises mailboxes. App-only
#   permissions on it, act-as permissions beyond the default, a linked account, a metadata address or a
#   certificate of its own are ways in that somebody made; what is missing or disabled only warns. The
#   list of 29 act-as permissions is a baseline of one lab organization, not a law.
# related_resources:
#   - ref: Application permissions for on-premises mailboxes
#     description: Consultant article
#   - ref: https://github.com/microsoft/CSS-Exchange
#     description: HealthChecker test data, lab exports of one 2019 server
#   - ref: Set-PartnerApplication
#     description: Cmdlet reference
# custom:
#   id: PAPP-003
#   severity: critical
#   category: PAPP
#   profiles: []
#   scope: organization
#   requires:
#     - onprem.PartnerApplication.ApplicationIdentifier
#     - onprem.PartnerApplication.Enabled
#     - onprem.PartnerApplication.AppOnlyPermissions
#     - onprem.PartnerApplication.ActAsPermissions
#     - onprem.PartnerApplication.AcceptSecurityIdentifierInformation
#     - onprem.PartnerApplication.LinkedAccount
#     - onprem.PartnerApplication.AccountType
#     - onprem.PartnerApplication.AuthMetadataUrl
#     - onprem.PartnerApplication.CertificateStrings
#   any_of: []
#   uses: []
#   params: []
#   automation: automated
#   remediation:
#     powershell: |
#       # Writes the default list back. Look at LinkedAccount, AuthMetadataUrl and AppOnlyPermissions (PAPP-004) by hand.
#       Set-PartnerApplication -Identity {{identity}} -ActAsPermissions @('Mail.Read', 'Mail.Write', 'Mail.Send', 'Calendars.Read', 'Calendars.ReadWrite', 'Calendars.Read.Shared', 'Calendars.ReadWrite.Shared', 'Contacts.Read', 'Contacts.ReadWrite', 'Contacts.Read.Shared', 'Contacts.ReadWrite.Shared', 'Mail.ReadWrite', 'Calendars.Write', 'Contacts.Write', 'Sites.Read.All', 'Sites.ReadWrite.All', 'User.Read', 'User.ReadWrite', 'User.ReadBasic.All', 'User.Read.All', 'User.ReadWrite.All', 'Group.Read.All', 'Group.ReadWrite.All', 'People.Read', 'People.ReadWrite', 'MailboxSettings.ReadWrite', 'Privilege.SkipClientAccessRules', 'Tasks.Read', 'Tasks.ReadWrite')
#     rollback: |
#       Set-PartnerApplication -Identity {{identity}} -ActAsPermissions {{subject.ActAsPermissions}}
#   frameworks: {}
#   grade: "S3, V"
#   since: "0.1.0"
package exchange.partner.changed_graph_application

import data.lib.params
import data.lib.partner
import data.lib.result
import data.lib.value

# An application whose identifier is not known could be the one; the engine then answers unknown.
subject contains result.judged(application) if {
	some application in input.onprem.PartnerApplication
	not _other(application)
}

_other(application) if {
	value.decided(application, "ApplicationIdentifier")
	not partner.is_graph(application)
}

_graphs := [application |
	some application in input.onprem.PartnerApplication
	partner.is_graph(application)
]

_defaults := value.words(data.facts.graph_act_as_permissions.values)

violation contains result.violation(application, "AppOnlyPermissions", []) if {
	some application in _graphs
	not params.graph_app_only
	count(value.words(application.AppOnlyPermissions)) > 0
}

violation contains result.warning(
	application,
	"AppOnlyPermissions",
	"app-only permissions, as declared by graph_app_only",
	"high",
) if {
	some application in _graphs
	params.graph_app_only
	value.empty(application, "AppOnlyPermissions")
}

# Severity of PAPP-005.
violation contains result.saying(
	result.warning(application, "ActAsPermissions", "a subset of the 29 default values", "high"),
	sprintf("Act-as permissions beyond the default: %s.", [concat(", ", sort(extra))]),
) if {
	some application in _graphs
	extra := value.words(application.ActAsPermissions) - _defaults
	count(extra) > 0
}

# The catalogue grades app-only permissions critical and gives these no grade of their own.
violation contains result.warning(application, property, null, "high") if {
	some application in _graphs
	some property in {"LinkedAccount", "AuthMetadataUrl", "CertificateStrings"}
	value.filled(application, property)
}

violation contains result.saying(
	result.warning(application, "ActAsPermissions", "the 29 default values", "low"),
	sprintf("Act-as permissions of the default that are missing: %s.", [concat(", ", sort(lost))]),
) if {
	some application in _graphs
	value.settled(application, "ActAsPermissions")
	lost := _defaults - _granted(application)
	count(lost) > 0
}

_granted(application) := set() if {
	value.empty(application, "ActAsPermissions")
} else := value.words(application.ActAsPermissions)

violation contains result.warning(application, property, expected, "low") if {
	some application in _graphs
	some property, expected in {"Enabled": true, "AcceptSecurityIdentifierInformation": true}
	application[property] == false
}

violation contains result.warning(application, "AccountType", "OrganizationalAccount", "low") if {
	some application in _graphs
	lower(application.AccountType) != "organizationalaccount"
}
