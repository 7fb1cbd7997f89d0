# METADATA
# title: An application with mailbox permissions signs in with a secret, or its keys are not in order
# description: |
#   A secret is copied, mailed and pasted into a configuration file, and opens every mailbox that the
#   application may read. A certificate does not leave its machine. Judged is each application that asks
#   for an application permission of Exchange Online, or for one on mail, calendars or contacts of
#   Microsoft Graph. Of the dedicated hybrid application only a secret counts: its key is the Auth certificate.
# related_resources:
#   - ref: Application access in Exchange Online, scoping policies and certificates
#     description: Consultant article
#   - ref: https://github.com/cisagov/ScubaGear
#     description: RiskyAppPermissions.json and the Entra ID baseline
# custom:
#   id: APP-003
#   severity: high
#   category: APP
#   profiles: []
#   scope: organization
#   requires:
#     - entra.Application.passwordCredentials
#     - entra.Application.keyCredentials
#   any_of: []
#   uses:
#     - entra.Application.displayName
#     - entra.Application.requiredResourceAccess
#   params: []
#   automation: automated
#   remediation:
#     powershell: |
#       # Once the application signs in with a certificate (its service account needs read access to the private key):
#       $app = Get-MgApplicationByAppId -AppId {{identity}}
#       $app.PasswordCredentials | ForEach-Object { Remove-MgApplicationPassword -ApplicationId $app.Id -KeyId $_.KeyId }
#       $app.KeyCredentials | Format-List KeyId, DisplayName, StartDateTime, EndDateTime
#     rollback: |
#       # A secret cannot be given back; this makes a new one, which the application must then be told.
#       $app = Get-MgApplicationByAppId -AppId {{identity}}
#       Add-MgApplicationPassword -ApplicationId $app.Id
#   frameworks:
#     SCuBA: ["MS.AAD.5.1v1"]
#     NIST SP 800-53: ["AC-6(10)", "CM-5"]
#   grade: "S4, V"
#   since: "0.2.0"
package exchange.application.secret_on_mail_application

import data.lib.clock
import data.lib.partner
import data.lib.result
import data.lib.value

_roles := {[row.resource, row.role] | some row in data.facts.mailbox_app_roles}

# What it asks of other applications, as far as that is known.
_asked(application) := [access |
	is_array(application.requiredResourceAccess)
	some access in application.requiredResourceAccess
]

# It asks for an application permission (`Role`; `Scope` is a user's) that reaches mailboxes.
_on_mail(application) if {
	some access in _asked(application)
	is_array(access.resourceAccess)
	some permission in access.resourceAccess
	lower(permission.type) == "role"
	_reaches(lower(access.resourceAppId), lower(permission.id))
}

_reaches(resource, _) if resource == partner.exchange_online

_reaches(resource, role) if [resource, role] in _roles

# The vendor's script names it so, and AUTH-001 judges its certificate.
_dedicated(application) if startswith(lower(application.displayName), "exchangeserverapp-")

_keys(application) := [key |
	some key in application.keyCredentials
	is_object(key)
]

_counted(application) if {
	value.decided(application, "keyCredentials")
	value.decided(application, "passwordCredentials")
	value.decided(application, "displayName")
	not _dedicated(application)
}

_passwords(application) := count(application.passwordCredentials) if value.decided(application, "passwordCredentials")

_judged := [application |
	some application in input.entra.Application
	_on_mail(application)
]

violation contains result.saying(
	result.violation(application, "passwordCredentials", []),
	sprintf("The application signs in with a secret: %d on record.", [_passwords(application)]),
) if {
	some application in _judged
	_passwords(application) > 0
}

_valid(key) if not clock.past(key.endDateTime)

violation contains result.saying(
	result.violation(application, "keyCredentials", "one key that has not expired"),
	"Every key of the application has expired.",
) if {
	some application in _judged
	_counted(application)
	keys := _keys(application)
	count(keys) > 0
	every key in keys {
		clock.past(key.endDateTime)
	}
}

# Twelve months, the longest of them.
_long(key) if clock.moment(key.endDateTime) - clock.moment(key.startDateTime) > clock.days(366)

violation contains result.saying(
	result.warning(application, "keyCredentials", "keys of twelve months at most", "low"),
	"A key of the application is good for more than twelve months.",
) if {
	some application in _judged
	_counted(application)
	some key in _keys(application)
	_valid(key)
	_long(key)
}

violation contains result.saying(
	result.warning(application, "keyCredentials", "two keys at most", "low"),
	sprintf("The application has %d keys.", [count(keys)]),
) if {
	some application in _judged
	_counted(application)
	keys := _keys(application)
	count(keys) > 2
}

_no_mail(application) if {
	value.decided(application, "requiredResourceAccess")
	not _on_mail(application)
	not _unclear(application)
}

# A list inside that was cut.
_unclear(application) if {
	some access in _asked(application)
	not is_array(access.resourceAccess)
}

not_applicable contains result.not_applicable(application, "no_mailbox_permission") if {
	some application in input.entra.Application
	_no_mail(application)
}

not_applicable contains result.not_applicable(application, "no_credentials") if {
	some application in _judged
	_bare(application)
}

_bare(application) if {
	application.passwordCredentials == []
	application.keyCredentials == []
}

# What it may do is not known, and it has something to sign in with.
unknown contains result.unknown(application, "property_absent", sprintf(
	"Whether %s has permissions on mailboxes is not known: requiredResourceAccess was not exported in full.",
	[application._key],
)) if {
	some application in input.entra.Application
	not _on_mail(application)
	not _no_mail(application)
	not _bare(application)
}

unknown contains result.unknown(application, "property_absent", sprintf(
	"The dates of a key of %s cannot be read.",
	[application._key],
)) if {
	some application in _judged
	_counted(application)
	some key in _keys(application)
	some property in {"startDateTime", "endDateTime"}
	not clock.moment(key[property])
}

# Whether it is the dedicated hybrid application, whose keys are judged elsewhere, its name says.
unknown contains result.undecided(application, "displayName", why) if {
	some application in _judged
	why := value.reason(application, "displayName")
}
