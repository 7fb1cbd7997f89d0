# METADATA
# title: The certificate that signs tokens is missing, expired or about to expire
# description: |
#   The Auth certificate is one, self-signed and on every server but Edge. When it ends, Outlook on the
#   web and the Exchange admin center stop with an exception, hybrid OAuth stops, and so do signed
#   PowerShell payloads. It usually serves SMTP and names no host: neither is a finding. Less than 60
#   days warn, less than 30 are high.
# related_resources:
#   - ref: Can't sign in to Outlook on the web or EAC if the Exchange Server OAuth certificate is expired
#     description: learn.microsoft.com/exchange/troubleshoot
#   - ref: https://microsoft.github.io/CSS-Exchange/Admin/MonitorExchangeAuthCertificate
#     description: MonitorExchangeAuthCertificate
#   - ref: https://microsoft.github.io/CSS-Exchange/Diagnostics/HealthChecker
#     description: HealthChecker, Exchange certificates
# custom:
#   id: AUTH-001
#   severity: critical
#   category: AUTH
#   profiles: []
#   scope: organization
#   requires:
#     - onprem.AuthConfig.CurrentCertificateThumbprint
#     - onprem.ExchangeServer
#   any_of: []
#   uses:
#     - onprem.ExchangeCertificate.Thumbprint
#     - onprem.ExchangeCertificate.NotAfter
#     - onprem.ExchangeServer.IsEdgeServer
#     - onprem.ExchangeServer.ServerRole
#     - onprem.ExchangeServer.AdminDisplayVersion
#   params: []
#   automation: automated
#   remediation:
#     powershell: |
#       # Validates and renews; without hybrid leave -IgnoreHybridConfig out. In hybrid the new certificate must then
#       # reach Entra ID: ConfigureExchangeHybridApplication.ps1 -UpdateCertificate, or the Hybrid Configuration Wizard.
#       .\MonitorExchangeAuthCertificate.ps1 -ValidateAndRenewAuthCertificate $true -IgnoreHybridConfig $true
#       # Where no server has a usable one any more (answer No when asked to replace the default SMTP certificate):
#       $new = New-ExchangeCertificate -KeySize 2048 -PrivateKeyExportable $true -SubjectName 'cn=Microsoft Exchange Server Auth Certificate' -FriendlyName 'Microsoft Exchange Server Auth Certificate' -DomainName @()
#       Set-AuthConfig -NewCertificateThumbprint $new.Thumbprint -NewCertificateEffectiveDate (Get-Date) -Force
#       Set-AuthConfig -PublishCertificate
#       Set-AuthConfig -ClearPreviousCertificate
#       # Then on every server: Restart-Service MSExchangeServiceHost; Restart-WebAppPool MSExchangeOWAAppPool; Restart-WebAppPool MSExchangeECPAppPool
#     rollback: |
#       # There is no way back to an expired certificate. Before -ClearPreviousCertificate the former one is still on record:
#       Get-AuthConfig | Format-List CurrentCertificateThumbprint, PreviousCertificateThumbprint
#   frameworks:
#     DISA STIG: ["EX19-MB-000019 (V-259649)"]
#   grade: "S1, V"
#   since: "0.2.0"
package exchange.authorization.signing_certificate_unusable

import data.lib.certificates
import data.lib.clock
import data.lib.result
import data.lib.value

_thumbprint := "CurrentCertificateThumbprint"

violation contains result.saying(
	result.violation(config, _thumbprint, "the thumbprint of a certificate"),
	"No certificate is set to sign tokens.",
) if {
	some config in input.onprem.AuthConfig
	value.empty(config, _thumbprint)
}

_set := [config |
	some config in input.onprem.AuthConfig
	value.filled(config, _thumbprint)
]

violation contains result.saying(
	result.violation(config, _thumbprint, sprintf("present on %s", [names])),
	sprintf("The certificate %s is not on %s.", [config[_thumbprint], names]),
) if {
	some config in _set
	servers := certificates.absent_from(config[_thumbprint])
	count(servers) > 0
	names := concat(", ", sort(servers))
}

_ending contains {"config": config, "certificate": certificate, "until": clock.until(certificate.NotAfter)} if {
	some config in _set
	certificate := certificates.dated(config[_thumbprint])
}

_end(ending) := result.caused(ending.config, ending.certificate, "NotAfter", "at least 60 days from now")

_expires(ending) := sprintf("The certificate that signs tokens expires on %s, in %d days.", [
	clock.day(ending.certificate.NotAfter),
	floor(ending.until / clock.days(1)),
])

violation contains result.saying(_end(ending), sprintf(
	"The certificate that signs tokens expired on %s.",
	[clock.day(ending.certificate.NotAfter)],
)) if {
	some ending in _ending
	ending.until <= 0
}

violation contains result.saying(result.lowered(_end(ending), "high"), _expires(ending)) if {
	some ending in _ending
	ending.until > 0
	ending.until < clock.days(30)
}

violation contains result.saying(result.lowered(_end(ending), "low"), _expires(ending)) if {
	some ending in _ending
	ending.until >= clock.days(30)
	ending.until < clock.days(60)
}

unknown contains result.resting_on(
	result.unknown(config, word, sprintf("The certificates of %s were not seen (%s).", [server, word])),
	"ExchangeCertificate",
) if {
	some config in _set
	some server, word in certificates.unseen
}

unknown contains result.resting_on(
	result.unknown(config, "property_absent", sprintf(
		"Whether %s is an Edge Transport server is not known, and so whether it must carry the certificate.",
		[server],
	)),
	"ExchangeServer",
) if {
	some config in _set
	some server in certificates.unplaced
}

unknown contains result.resting_on(
	result.unknown(config, "null_value", sprintf(
		"The end of the certificate %s could not be read on any server.",
		[config[_thumbprint]],
	)),
	"ExchangeCertificate",
) if {
	some config in _set
	not certificates.dated(config[_thumbprint])
}
