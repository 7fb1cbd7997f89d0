# METADATA
# title: The certificate that clients see is expired, weak or lacks a name
# description: |
#   Each server answers clients with the certificate that has the service IIS: every host name of its
#   directories and of Autodiscover must be on it, it must hold for 60 more days, with a key of 2048 bits
#   and a SHA-2 signature. Where a self-signed certificate of the back end has the service too, the other
#   one is judged. Services are not part of every export; without them the answer is unknown.
# related_resources:
#   - ref: https://microsoft.github.io/CSS-Exchange/Diagnostics/HealthChecker
#     description: HealthChecker, Exchange certificates
# custom:
#   id: CERT-001
#   severity: high
#   category: CERT
#   profiles: []
#   scope: server
#   requires:
#     - onprem.ExchangeServer
#     - onprem.ExchangeCertificate
#   any_of: []
#   uses:
#     - onprem.ExchangeServer.IsEdgeServer
#     - onprem.ExchangeServer.ServerRole
#     - onprem.ExchangeCertificate.Services
#     - onprem.ExchangeCertificate.Subject
#     - onprem.ExchangeCertificate.Issuer
#     - onprem.ExchangeCertificate.NotAfter
#     - onprem.ExchangeCertificate.CertificateDomains
#     - onprem.ExchangeCertificate.PublicKeySize
#     - onprem.ExchangeCertificate.PublicKeyAlgorithm
#     - onprem.ExchangeCertificate.SignatureAlgorithm
#     - onprem.WebServicesVirtualDirectory
#     - onprem.MapiVirtualDirectory
#     - onprem.OabVirtualDirectory
#     - onprem.OwaVirtualDirectory
#     - onprem.EcpVirtualDirectory
#     - onprem.ActiveSyncVirtualDirectory
#     - onprem.ClientAccessService.AutoDiscoverServiceInternalUri
#   params: []
#   automation: automated
#   remediation:
#     powershell: |
#       # Ask your certification authority for one with every name, import it, then give it the service:
#       Get-ExchangeCertificate -Server {{server}} | Where-Object { $_.Services -match 'IIS' } | Format-List Thumbprint, Subject, CertificateDomains, NotAfter
#       Enable-ExchangeCertificate -Server {{server}} -Thumbprint '<thumbprint of the renewed certificate>' -Services IIS
#     rollback: |
#       Enable-ExchangeCertificate -Server {{server}} -Thumbprint '<thumbprint of the former certificate>' -Services IIS
#   frameworks:
#     DISA STIG: ["EX19-MB-000019 (V-259649)"]
#   grade: "V"
#   since: "0.2.0"
package exchange.authorization.client_certificate_unfit

import data.lib.clock
import data.lib.coverage
import data.lib.directories
import data.lib.hosts
import data.lib.result
import data.lib.servers
import data.lib.value

_frontends := {
	"WebServicesVirtualDirectory": directories.frontends("WebServicesVirtualDirectory"),
	"MapiVirtualDirectory": directories.frontends("MapiVirtualDirectory"),
	"OabVirtualDirectory": directories.frontends("OabVirtualDirectory"),
	"OwaVirtualDirectory": directories.frontends("OwaVirtualDirectory"),
	"EcpVirtualDirectory": directories.frontends("EcpVirtualDirectory"),
	"ActiveSyncVirtualDirectory": directories.frontends("ActiveSyncVirtualDirectory"),
}

_judged[server._key] := server if {
	some server in input.onprem.ExchangeServer
	not servers.edge(server)
}

_names := object.keys(_judged)

# The texts that are names of services; a bare number says nothing. Each is read once.
_services := {text: names |
	some text in {certificate.Services | some certificate in input.onprem.ExchangeCertificate}
	is_string(text)
	regex.match(`^[A-Za-z, ]+$`, text)
	names := {lower(trim_space(word)) | some word in split(text, ",")}
}

_with_iis := [certificate |
	some certificate in input.onprem.ExchangeCertificate
	"iis" in _services[certificate.Services]
]

_keys[certificate._server] contains certificate._key if some certificate in _with_iis

# Servers where it takes more than the service to tell what clients see.
_several contains server if {
	some server, keys in _keys
	count(keys) > 1
}

# Issued by somebody else, and so meant for clients where another one is Exchange's own.
_issued(certificate) if {
	value.decided(certificate, "Issuer")
	certificate.Issuer != certificate.Subject
}

_issued_keys := {certificate._key |
	some certificate in _with_iis
	certificate._server in _several
	_issued(certificate)
}

_issued_on := {certificate._server |
	some certificate in _with_iis
	certificate._key in _issued_keys
}

# Exchange's own beside one that was issued.
_own := {certificate._key |
	some certificate in _with_iis
	certificate._server in _issued_on
	not certificate._key in _issued_keys
}

# What clients see, each certificate with its server.
_rows := [{"server": server, "certificate": certificate} |
	some certificate in _with_iis
	not certificate._key in _own
	server := _judged[certificate._server]
]

_certificates := [row.certificate | some row in _rows]

_shown := {certificate._server | some certificate in _certificates}

_directories := [directory |
	some found in _frontends
	some directory in found
]

# The host of each address that clients are given.
_host_of := object.union(hosts.by_address(_directories), {address: host |
	some address in {service.AutoDiscoverServiceInternalUri | some service in input.onprem.ClientAccessService}
	host := value.host(address)
})

# The hosts that clients are given for a server.
_hosts[directory._server] contains host if {
	some property in {"InternalUrl", "ExternalUrl"}
	some directory in _directories
	host := _host_of[directory[property]]
}

_hosts[service._server] contains host if {
	some service in input.onprem.ClientAccessService
	host := _host_of[service.AutoDiscoverServiceInternalUri]
}

# The names on a certificate; without any, its subject speaks, as Windows has it.
_on(certificate) := names if {
	is_array(certificate.CertificateDomains)
	names := {name | some name in certificate.CertificateDomains}
	count(names) > 0
} else := {subject[1]} if {
	certificate.CertificateDomains == []
	subject := regex.find_all_string_submatch_n(`^(?:.*, *)?[Cc][Nn]=([^,]+)`, certificate.Subject, 1)[0]
} else := set() if {
	certificate.CertificateDomains == []
}

_all_hosts := {host | some host in _host_of}

# The certificates that lack a host of the organization; alike ones are looked at once.
_deciding_of_names := {"CertificateDomains", "Subject"}

_narrow := {naming |
	some naming in {object.filter(certificate, _deciding_of_names) | some certificate in _certificates}
	not value.undecided(naming.CertificateDomains)
	count(hosts.uncovered(_all_hosts, _on(naming))) > 0
}

# Those that lack a host of their own server.
_lacking := [object.union(row, {"hosts": lacking}) |
	some row in _rows
	object.filter(row.certificate, _deciding_of_names) in _narrow
	lacking := hosts.uncovered({host | some host in _hosts[row.server._key]}, _on(row.certificate))
	count(lacking) > 0
]

_lacking_keys := {row.certificate._key | some row in _lacking}

# A certificate of the server covers everything, or nobody knows whether one does.
_covered := {certificate._server |
	some certificate in _certificates
	not certificate._key in _lacking_keys
}

_of(server, certificate, property, expected, message) := result.saying(
	result.caused(server, certificate, property, expected),
	message,
)

violation contains _of(
	row.server, row.certificate, "CertificateDomains", sprintf("with %s", [names]),
	sprintf("The certificate that clients see lacks %s.", [names]),
) if {
	some row in _lacking
	not row.server._key in _covered
	names := concat(", ", sort(row.hosts))
}

# How long each date is away.
_until := {date: until |
	some date in {certificate.NotAfter | some certificate in _certificates}
	until := clock.until(date)
}

_ending contains object.union(row, {"until": until}) if {
	some row in _rows
	until := _until[row.certificate.NotAfter]
	until <= clock.days(60)
}

_end(ending, message) := _of(
	ending.server, ending.certificate, "NotAfter", "more than 60 days from now",
	sprintf(message, [clock.day(ending.certificate.NotAfter)]),
)

violation contains _end(ending, "The certificate that clients see expired on %s.") if {
	some ending in _ending
	ending.until <= 0
}

violation contains _end(ending, "The certificate that clients see expires on %s, in less than 30 days.") if {
	some ending in _ending
	ending.until > 0
	ending.until < clock.days(30)
}

violation contains result.lowered(_end(ending, "The certificate that clients see expires on %s, within 60 days."), "low") if {
	some ending in _ending
	ending.until >= clock.days(30)
}

# An elliptic curve needs fewer bits; what the vendor's checker asks of RSA is not asked of it.
_curve(certificate) if lower(certificate.PublicKeyAlgorithm) in {"ecc", "1.2.840.10045.2.1"}

_short(certificate) if {
	is_number(certificate.PublicKeySize)
	certificate.PublicKeySize < 2048
	not _curve(certificate)
}

# Keys are judged once each.
_deciding_of_key := {"PublicKeySize", "PublicKeyAlgorithm"}

_short_keys := {key |
	some key in {object.filter(certificate, _deciding_of_key) | some certificate in _certificates}
	_short(key)
}

violation contains _of(
	row.server, row.certificate, "PublicKeySize", 2048,
	sprintf("The certificate that clients see has a key of %d bits.", [row.certificate.PublicKeySize]),
) if {
	some row in _rows
	object.filter(row.certificate, _deciding_of_key) in _short_keys
	value.decided(row.certificate, "PublicKeyAlgorithm")
}

# Strong, sha1, or broken, by the friendly names of Windows and the identifiers of RFC 3279.
_signatures := {text: word |
	some text in {certificate.SignatureAlgorithm | some certificate in _certificates}
	some word, form in {
		"strong": `^sha-?(256|384|512)`,
		"sha1": `^sha-?1([^0-9]|$)`,
		"broken": `^(md[245]([^0-9]|$)|1\.2\.840\.113549\.1\.1\.[234]$)`,
	}
	regex.match(form, lower(text))
}

_signed(row) := _of(
	row.server, row.certificate, "SignatureAlgorithm", "SHA-2",
	sprintf("The certificate that clients see is signed with %s.", [row.certificate.SignatureAlgorithm]),
)

violation contains _signed(row) if {
	some row in _rows
	_signatures[row.certificate.SignatureAlgorithm] == "broken"
}

violation contains result.lowered(_signed(row), "low") if {
	some row in _rows
	_signatures[row.certificate.SignatureAlgorithm] == "sha1"
}

_has_frontend := {directory._server | some directory in _directories}

_unnamed_services contains certificate._server if {
	some certificate in input.onprem.ExchangeCertificate
	not _services[certificate.Services]
}

violation contains {
	"subject": result.subject(server),
	"property": null,
	"observed": null,
	"expected": "a certificate with the service IIS",
	"message": "No certificate of this server has the service IIS: clients get no trusted answer.",
} if {
	some name, server in _judged
	name in _has_frontend
	not name in _shown
	not name in _unnamed_services
	not name in _dark
}

_dark := object.keys(coverage.unseen("onprem", "ExchangeCertificate", _names))

not_applicable contains result.not_applicable(server, "edge_server") if {
	some server in input.onprem.ExchangeServer
	servers.edge(server)
}

unknown contains result.unknown(server, "property_absent", sprintf(
	"Which certificate of %s clients see is not known: its Services were not exported. The export script has them.",
	[server._key],
)) if {
	some name, server in _judged
	name in _unnamed_services
}

unknown contains result.unknown(server, "not_collected", sprintf(
	"No certificate of %s has the service IIS, and no directory of it was seen.",
	[server._key],
)) if {
	some name, server in _judged
	not name in _shown
	not name in _has_frontend
}

# Where a certificate has no names, its subject speaks.
_deciding := {
	"NotAfter": _certificates,
	"SignatureAlgorithm": _certificates,
	"CertificateDomains": [certificate | some certificate in _certificates; not certificate.CertificateDomains == []],
	"Subject": [certificate | some certificate in _certificates; certificate.CertificateDomains == []],
}

unknown contains result.unknown(server, word, sprintf(
	"%s of %s has no usable value (%s).",
	[property, certificate._key, word],
)) if {
	some property, those in _deciding
	some [certificate, word] in value.unclear(those, property)
	server := _judged[certificate._server]
}

# Which of several is the back end's own, its issuer says.
unknown contains result.unknown(server, word, sprintf(
	"Several certificates of %s have the service IIS, and the Issuer of %s has no usable value (%s).",
	[certificate._server, certificate._key, word],
)) if {
	some [certificate, word] in value.unclear(_with_iis, "Issuer")
	certificate._server in _several
	server := _judged[certificate._server]
}

unknown contains result.unknown(row.server, "not_a_date", sprintf(
	"NotAfter of %s cannot be read: %v.",
	[row.certificate._key, row.certificate.NotAfter],
)) if {
	some row in _rows
	not _until[row.certificate.NotAfter]
	value.decided(row.certificate, "NotAfter")
}

unknown contains result.unknown(row.server, "algorithm_not_known", sprintf(
	"Whether %s, the signature of %s, is strong is not known here.",
	[row.certificate.SignatureAlgorithm, row.certificate._key],
)) if {
	some row in _rows
	not _signatures[row.certificate.SignatureAlgorithm]
	value.decided(row.certificate, "SignatureAlgorithm")
}

_known_keys := {key |
	some key in {object.filter(certificate, _deciding_of_key) | some certificate in _certificates}
	_is_known(key)
}

_is_known(key) if _curve(key)

_is_known(key) if _key_is_known(key)

unknown contains result.unknown(row.server, "property_absent", sprintf(
	"The key of %s is not known: its size, or with a short one its algorithm.",
	[row.certificate._key],
)) if {
	some row in _rows
	not object.filter(row.certificate, _deciding_of_key) in _known_keys
}

_key_is_known(certificate) if {
	is_number(certificate.PublicKeySize)
	certificate.PublicKeySize >= 2048
}

_key_is_known(certificate) if {
	_short(certificate)
	value.decided(certificate, "PublicKeyAlgorithm")
}

_naming := {"ClientAccessService"} | object.keys(_frontends)

unknown contains result.unknown(server, word, sprintf("%s of %s was not seen (%s).", [kind, server._key, word])) if {
	some kind in _naming
	unseen := coverage.unseen("onprem", kind, _names)
	some name, word in unseen
	server := _judged[name]
}

unknown contains result.unknown(server, word, sprintf("%s of %s has no usable value (%s).", [property, directory._key, word])) if {
	some property in {"InternalUrl", "ExternalUrl"}
	some [directory, word] in value.unsettled(_directories, property)
	server := _judged[directory._server]
}

unknown contains result.unknown(server, word, sprintf(
	"AutoDiscoverServiceInternalUri of %s has no usable value (%s).",
	[service._key, word],
)) if {
	some [service, word] in value.unsettled(input.onprem.ClientAccessService, "AutoDiscoverServiceInternalUri")
	server := _judged[service._server]
}
