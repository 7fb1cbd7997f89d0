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
#     - onprem.WebServicesVirtualDirectory.InternalUrl
#     - onprem.WebServicesVirtualDirectory.ExternalUrl
#     - onprem.MapiVirtualDirectory.InternalUrl
#     - onprem.MapiVirtualDirectory.ExternalUrl
#     - onprem.OabVirtualDirectory.InternalUrl
#     - onprem.OabVirtualDirectory.ExternalUrl
#     - onprem.OwaVirtualDirectory.InternalUrl
#     - onprem.OwaVirtualDirectory.ExternalUrl
#     - onprem.EcpVirtualDirectory.InternalUrl
#     - onprem.EcpVirtualDirectory.ExternalUrl
#     - onprem.ActiveSyncVirtualDirectory.InternalUrl
#     - onprem.ActiveSyncVirtualDirectory.ExternalUrl
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

# The addresses of the directories, by property.
_addresses := {
	"InternalUrl": [directory.InternalUrl | some directory in _directories],
	"ExternalUrl": [directory.ExternalUrl | some directory in _directories],
}

# The host of each address that clients are given.
_host_of := {address: host |
	some address in union({
		{one | some one in _addresses.InternalUrl},
		{one | some one in _addresses.ExternalUrl},
		{service.AutoDiscoverServiceInternalUri | some service in input.onprem.ClientAccessService},
	})
	host := value.host(address)
}

# The hosts that clients are given for a server.
_hosts[server] contains host if some [server, host] in _inside | _outside

_inside := {[directory._server, host] |
	some directory in _directories
	host := _host_of[directory.InternalUrl]
}

_outside := {[directory._server, host] |
	some directory in _directories
	host := _host_of[directory.ExternalUrl]
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

# What decides whether a certificate names a host.
_deciding_of_names := {"CertificateDomains", "Subject"}

# The certificates without the very name of a host of their server, each with those hosts.
_doubted := [object.union(row, {"hosts": missing, "naming": object.filter(row.certificate, _deciding_of_names)}) |
	some row in _rows
	missing := _hosts[row.server._key] - {lower(name) |
		is_array(row.certificate.CertificateDomains)
		some name in row.certificate.CertificateDomains
	}
	count(missing) > 0
]

# Which of those hosts no name covers; alike certificates are looked at once.
_uncovered[[naming, missing]] := hosts.uncovered(missing, names) if {
	some [naming, missing] in {[row.naming, row.hosts] | some row in _doubted}
	not value.undecided(naming.CertificateDomains)
	names := _on(naming)
}

# Those that lack a host of their own server.
_lacking := [object.union(row, {"hosts": lacking}) |
	some row in _doubted
	lacking := _uncovered[[row.naming, row.hosts]]
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

_now := clock.moment(input.now)

# How long each date is away.
_until := {date: until |
	some date in {certificate.NotAfter | some certificate in _certificates}
	until := clock.moment(date) - _now
}

_soon := clock.days(60)

_undated := [row |
	some row in _rows
	not _until[row.certificate.NotAfter]
]

_ending contains object.union(row, {"until": until}) if {
	some row in _rows
	until := _until[row.certificate.NotAfter]
	until <= _soon
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

# The sizes that are enough for any key.
_long := {size |
	some size in {certificate.PublicKeySize | some certificate in _certificates}
	is_number(size)
	size >= 2048
}

# The other keys are judged by size and algorithm, once each.
_deciding_of_key := {"PublicKeySize", "PublicKeyAlgorithm"}

_keyed := [object.union(row, {"key": object.filter(row.certificate, _deciding_of_key)}) |
	some row in _rows
	not row.certificate.PublicKeySize in _long
]

_short_keys := {key |
	some key in {row.key | some row in _keyed}
	_short(key)
}

violation contains _of(
	row.server, row.certificate, "PublicKeySize", 2048,
	sprintf("The certificate that clients see has a key of %d bits.", [row.certificate.PublicKeySize]),
) if {
	some row in _keyed
	row.key in _short_keys
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

# The servers without a certificate for clients.
_bare := _names - _shown

_unnamed_services := {certificate._server |
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
	some name in _bare
	server := _judged[name]
	name in _has_frontend
	not name in _unnamed_services
	not name in _dark
}

_dark := object.keys(coverage.unseen("onprem", "ExchangeCertificate", _names))

# What is missing of a certificate leaves its server's answer open.
_of_certificate(server, why, message) := result.resting_on(result.unknown(server, why, message), "ExchangeCertificate")

not_applicable contains result.not_applicable(server, "edge_server") if {
	some server in input.onprem.ExchangeServer
	servers.edge(server)
}

unknown contains _of_certificate(server, "property_absent", sprintf(
	"Which certificate of %s clients see is not known: its Services were not exported. The export script has them.",
	[server._key],
)) if {
	some name in _unnamed_services
	server := _judged[name]
}

unknown contains result.unseen("WebServicesVirtualDirectory", server, sprintf(
	"No certificate of %s has the service IIS, and no directory of it was seen.",
	[server._key],
)) if {
	some name in _bare
	server := _judged[name]
	not name in _has_frontend
}

# Where a certificate has no names, its subject speaks. What was read, or is nothing but text, is an answer.
_deciding := {
	"NotAfter": [row.certificate | some row in _undated],
	"SignatureAlgorithm": _certificates,
	"CertificateDomains": [certificate |
		some certificate in _certificates
		not certificate.CertificateDomains == []
		not is_string(concat(" ", certificate.CertificateDomains))
	],
	"Subject": [certificate | some certificate in _certificates; certificate.CertificateDomains == []],
}

unknown contains _of_certificate(server, word, sprintf(
	"%s of %s has no usable value (%s).",
	[property, certificate._key, word],
)) if {
	some property, those in _deciding
	some [certificate, word] in value.unclear(those, property)
	server := _judged[certificate._server]
}

# Which of several is the back end's own, its issuer says.
unknown contains _of_certificate(server, word, sprintf(
	"Several certificates of %s have the service IIS, and the Issuer of %s has no usable value (%s).",
	[certificate._server, certificate._key, word],
)) if {
	some [certificate, word] in value.unclear(_with_iis, "Issuer")
	certificate._server in _several
	server := _judged[certificate._server]
}

unknown contains _of_certificate(row.server, "not_a_date", sprintf(
	"NotAfter of %s cannot be read: %v.",
	[row.certificate._key, row.certificate.NotAfter],
)) if {
	some row in _undated
	value.decided(row.certificate, "NotAfter")
}

unknown contains _of_certificate(row.server, "algorithm_not_known", sprintf(
	"Whether %s, the signature of %s, is strong is not known here.",
	[row.certificate.SignatureAlgorithm, row.certificate._key],
)) if {
	some row in _rows
	not _signatures[row.certificate.SignatureAlgorithm]
	value.decided(row.certificate, "SignatureAlgorithm")
}

_known_keys := {key |
	some key in {row.key | some row in _keyed}
	_is_known(key)
}

_is_known(key) if _curve(key)

_is_known(key) if {
	key in _short_keys
	value.decided(key, "PublicKeyAlgorithm")
}

unknown contains _of_certificate(row.server, "property_absent", sprintf(
	"The key of %s is not known: its size, or with a short one its algorithm.",
	[row.certificate._key],
)) if {
	some row in _keyed
	not row.key in _known_keys
}

# The properties that some directory lacks, or that have no answer somewhere.
_unsettled contains property if {
	some property, found in _addresses
	count(found) < count(_directories)
}

_unsettled contains property if {
	some property, found in _addresses
	some address in {one | some one in found} - {null}
	value.undecided(address)
}

_naming := {"ClientAccessService"} | object.keys(_frontends)

unknown contains result.resting_on(
	result.unknown(server, word, sprintf("%s of %s was not seen (%s).", [kind, server._key, word])),
	kind,
) if {
	some kind in _naming
	unseen := coverage.unseen("onprem", kind, _names)
	some name, word in unseen
	server := _judged[name]
}

unknown contains result.resting_on(
	result.unknown(server, word, sprintf("%s of %s has no usable value (%s).", [property, directory._key, word])),
	directory._kind,
) if {
	some property in _unsettled
	some [directory, word] in value.unsettled(_directories, property)
	server := _judged[directory._server]
}

unknown contains result.resting_on(
	result.unknown(server, word, sprintf(
		"AutoDiscoverServiceInternalUri of %s has no usable value (%s).",
		[service._key, word],
	)),
	service._kind,
) if {
	some [service, word] in value.unsettled(input.onprem.ClientAccessService, "AutoDiscoverServiceInternalUri")
	server := _judged[service._server]
}
