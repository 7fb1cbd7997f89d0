# METADATA
# title: No next certificate is ready to sign tokens
# description: |
#   Within the last 60 days of the current Auth certificate the next one must be staged: set, on every
#   server, and taking over before the current one ends. Without that overlap all token traffic stops
#   at once. A date that was set less than 48 hours ahead leaves servers and the tenant no time to
#   learn the new one; Exchange itself warns about it.
# related_resources:
#   - ref: Set-AuthConfig
#     description: Cmdlet reference
#   - ref: https://microsoft.github.io/CSS-Exchange/Admin/MonitorExchangeAuthCertificate
#     description: MonitorExchangeAuthCertificate
# custom:
#   id: AUTH-002
#   severity: high
#   category: AUTH
#   profiles: []
#   scope: organization
#   requires:
#     - onprem.AuthConfig.CurrentCertificateThumbprint
#     - onprem.AuthConfig.NextCertificateThumbprint
#     - onprem.ExchangeServer
#   any_of: []
#   uses:
#     - onprem.AuthConfig.NextCertificateEffectiveDate
#     - onprem.ExchangeCertificate.Thumbprint
#     - onprem.ExchangeCertificate.NotAfter
#     - onprem.ExchangeServer.IsEdgeServer
#     - onprem.ExchangeServer.ServerRole
#     - onprem.ExchangeServer.AdminDisplayVersion
#   params: []
#   automation: automated
#   remediation:
#     powershell: |
#       # Answer No when asked to replace the default SMTP certificate. -PublishCertificate skips the staging: emergencies only.
#       $new = New-ExchangeCertificate -KeySize 2048 -PrivateKeyExportable $true -SubjectName 'cn=Microsoft Exchange Server Auth Certificate' -FriendlyName 'Microsoft Exchange Server Auth Certificate' -DomainName @()
#       Set-AuthConfig -NewCertificateThumbprint $new.Thumbprint -NewCertificateEffectiveDate (Get-Date).AddDays(3)
#     rollback: |
#       # Names the certificates on record; the current one stays in force until the date of the next.
#       Get-AuthConfig | Format-List CurrentCertificateThumbprint, NextCertificateThumbprint, NextCertificateEffectiveDate
#   frameworks: {}
#   grade: "V"
#   since: "0.2.0"
package exchange.authorization.next_certificate_not_staged

import data.lib.certificates
import data.lib.clock
import data.lib.result
import data.lib.value

_next := "NextCertificateThumbprint"

_date := "NextCertificateEffectiveDate"

# AUTH-001 has the finding where no certificate is set, or the one that is set is nowhere.
_left(config) if value.empty(config, "CurrentCertificateThumbprint")

_left(config) if {
	value.filled(config, "CurrentCertificateThumbprint")
	count(certificates.copies(config.CurrentCertificateThumbprint)) == 0
	count(certificates.carriers) > 0
	count(certificates.unseen) == 0
	count(certificates.unplaced) == 0
}

not_applicable contains result.not_applicable(config, "left_to_auth_001") if {
	some config in input.onprem.AuthConfig
	_left(config)
}

# The current certificate ends within 60 days.
_due := [{"config": config, "end": certificate.NotAfter} |
	some config in input.onprem.AuthConfig
	certificate := certificates.dated(config.CurrentCertificateThumbprint)
	clock.until(certificate.NotAfter) < clock.days(60)
]

_staged := [due |
	some due in _due
	value.filled(due.config, _next)
]

violation contains result.saying(
	result.violation(due.config, _next, "the thumbprint of the next certificate"),
	sprintf("The certificate that signs tokens ends on %s, and no next one is set.", [clock.day(due.end)]),
) if {
	some due in _due
	value.empty(due.config, _next)
}

violation contains result.saying(
	result.violation(due.config, _next, sprintf("present on %s", [names])),
	sprintf("The next certificate %s is not on %s.", [due.config[_next], names]),
) if {
	some due in _staged
	servers := certificates.absent_from(due.config[_next])
	count(servers) > 0
	names := concat(", ", sort(servers))
}

violation contains result.saying(
	result.violation(due.config, _date, sprintf("before %s", [due.end])),
	sprintf("The next certificate takes over on %s, after the current one has ended.", [clock.day(due.config[_date])]),
) if {
	some due in _staged
	clock.moment(due.config[_date]) >= clock.moment(due.end)
}

violation contains result.saying(
	result.warning(config, _date, "at least 48 hours after it is set", "low"),
	sprintf("The next certificate takes over at %s, less than 48 hours after it was set.", [config[_date]]),
) if {
	some config in input.onprem.AuthConfig
	value.filled(config, _next)
	not clock.past(config[_date])
	clock.moment(config[_date]) - _set_at(config) < clock.days(2)
}

# When the object was last written; without that, now.
_set_at(config) := clock.moment(config._observed.WhenChangedUTC)

_set_at(config) := clock.moment(input.now) if not clock.moment(config._observed.WhenChangedUTC)

unknown contains result.undecided(due.config, _date, why) if {
	some due in _staged
	not clock.moment(due.config[_date])
	why := _reason(due.config)
}

_reason(config) := word if {
	word := value.reason(config, _date)
} else := "not_a_date"

unknown contains result.resting_on(
	result.unknown(due.config, word, sprintf(
		"Whether the next certificate is on %s was not seen (%s).",
		[server, word],
	)),
	"ExchangeCertificate",
) if {
	some due in _staged
	some server, word in certificates.unseen
}

unknown contains result.resting_on(
	result.unknown(due.config, "property_absent", sprintf(
		"Whether %s is an Edge Transport server is not known, and so whether it must carry the next certificate.",
		[server],
	)),
	"ExchangeServer",
) if {
	some due in _staged
	some server in certificates.unplaced
}

unknown contains result.resting_on(
	result.unknown(config, "null_value", sprintf(
		"The end of the certificate %s could not be read on any server.",
		[config.CurrentCertificateThumbprint],
	)),
	"ExchangeCertificate",
) if {
	some config in input.onprem.AuthConfig
	value.filled(config, "CurrentCertificateThumbprint")
	not _left(config)
	not certificates.dated(config.CurrentCertificateThumbprint)
}
