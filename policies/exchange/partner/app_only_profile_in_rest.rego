# METADATA
# title: The REST front end accepts tokens that act without a user
# description: |
#   The profile V1S2SAppOnly in `OAuthHttpModule.Profiles` is the switch that admits app-only tokens to the
#   REST endpoint. Cumulative updates before 2019 CU13 reset the file; from CU13 on Setup preserves the key,
#   so a forgotten or hostile value survives. Where the organization wants it (`graph_app_only: true`), its
#   loss is the finding instead. Profiles are compared one by one: the factory value contains the text
#   S2SAppOnly.
# related_resources:
#   - ref: Application permissions for on-premises mailboxes
#     description: Consultant article
#   - ref: Application Permissions with Hybrid Graph API
#     description: blog.markdepalma.com
#   - ref: https://learn.microsoft.com/exchange/plan-and-deploy/post-installation-tasks/preserve-configurations
#     description: Exchange Server custom configuration preservation
# custom:
#   id: PAPP-006
#   severity: high
#   category: PAPP
#   profiles: []
#   scope: server
#   requires:
#     - host.IisApplication
#   any_of: []
#   uses:
#     - host.IisApplication.ApplicationPath
#     - host.IisApplication.AppSettings
#   params: []
#   automation: automated
#   remediation:
#     powershell: |
#       # In the key OAuthHttpModule.Profiles of FrontEnd\HttpProxy\rest\web.config, take V1S2SAppOnly out (where app-only
#       # access is declared as wanted: put it back), in place and on every server; then:
#       Invoke-Command -ComputerName {{server}} -ScriptBlock { Select-String -Path "$env:ExchangeInstallPath\FrontEnd\HttpProxy\rest\web.config" -Pattern 'OAuthHttpModule.Profiles' }
#       Invoke-Command -ComputerName {{server}} -ScriptBlock { Restart-WebAppPool -Name MSExchangeRestFrontEndAppPool }
#     rollback: |
#       # The value that was observed, in the same key, and the application pool again.
#   frameworks: {}
#   grade: "S3, V"
#   since: "0.2.0"
package exchange.partner.app_only_profile_in_rest

import data.lib.params
import data.lib.result
import data.lib.value

_key := "OAuthHttpModule.Profiles"

_factory := value.words(data.facts.oauth_profiles_rest.values)

_app_only := lower(data.facts.oauth_profiles_rest.app_only)

# The path as it is written; each spelling once.
_spellings := {path |
	some path in {application.ApplicationPath | some application in input.host.IisApplication}
	lower(path) == "/api"
}

# The REST front ends; servers before 2016 CU3 have none.
_rest := [application |
	some application in input.host.IisApplication
	application._site == "frontend"
	application.ApplicationPath in _spellings
]

subject := result.subjects(_rest)

# The settings of all, each judged once.
_settings := {application.AppSettings | some application in _rest}

# The value of the key; null where the file was read and does not have it.
_written[settings] := text if {
	some settings in _settings
	text := settings[_key]
	is_string(text)
}

_written[settings] := null if {
	some settings in _settings
	is_object(settings)
	not value.undecided(settings)
	not _has_key(settings)
}

_has_key(settings) if type_name(settings[_key]) != ""

# What is in force. Without the key the module does what it does from the factory.
_profiles[settings] := {lower(trim_space(part)) | some part in split(text, "|")} - {""} if {
	some settings, text in _written
	is_string(text)
}

_profiles[settings] := _factory if {
	some settings, text in _written
	text == null
}

_answer(application, wanted, message) := {
	"subject": result.subject(application),
	"property": "AppSettings",
	"observed": _written[application.AppSettings],
	"expected": wanted,
	"message": message,
}

violation contains _answer(application, "without V1S2SAppOnly", "The REST front end accepts app-only tokens (V1S2SAppOnly).") if {
	not params.graph_app_only
	some settings, profiles in _profiles
	_app_only in profiles
	some application in _rest
	application.AppSettings == settings
}

violation contains _answer(
	application,
	"with V1S2SAppOnly, as declared by graph_app_only",
	"The REST front end lost the app-only profile that is declared as wanted.",
) if {
	params.graph_app_only
	some settings, profiles in _profiles
	not _app_only in profiles
	some application in _rest
	application.AppSettings == settings
}

violation contains object.union(
	_answer(application, "the profiles that Setup writes", sprintf("Further profiles: %s.", [concat(", ", sort(extra))])),
	{"severity": "low"},
) if {
	some settings, profiles in _profiles
	extra := profiles - (_factory | {_app_only})
	count(extra) > 0
	some application in _rest
	application.AppSettings == settings
}

_known contains settings if some settings, _ in _profiles

unknown contains object.union(
	result.unknown(application, why, sprintf("%s of %s has no usable value (%s); read web.config of the directory.", [_key, application._key, why])),
	{"property": "AppSettings"},
) if {
	some application in _rest
	not application.AppSettings in _known
	why := _why(application)
}

_why(application) := why if {
	why := value.reason(application, "AppSettings")
} else := why if {
	is_object(application.AppSettings)
	why := value.reason(application.AppSettings, _key)
} else := "value_not_in_table"
