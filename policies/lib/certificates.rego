# METADATA
# description: |
#   The certificate that signs the organization's tokens: one, on every server that is neither Edge nor
#   older than 2013. A thumbprint names the bytes, so any copy tells what all of them say.
package lib.certificates

import data.lib.clock
import data.lib.coverage
import data.lib.servers

# What says the part of a server; servers that are alike in it are judged once.
_deciding := {"IsEdgeServer", "ServerRole", "AdminDisplayVersion"}

_parts := {server._key: object.filter(server, _deciding) | some server in input.onprem.ExchangeServer}

_carrying := {part |
	some part in {one | some one in _parts}
	servers.placed(part)
	not servers.edge(part)
	not servers.ancient(part)
}

_unplaced := {part |
	some part in {one | some one in _parts}
	not servers.placed(part)
}

# The servers that must carry it.
carriers contains server if {
	some server, part in _parts
	part in _carrying
}

# Servers whose part is not known, so that nobody can say whether they must.
unplaced contains server if {
	some server, part in _parts
	part in _unplaced
}

# Carriers whose certificates were not seen, each with the word of the audit.
unseen := coverage.unseen("onprem", "ExchangeCertificate", carriers)

# Every copy of a certificate.
copies(thumbprint) := [certificate |
	some certificate in input.onprem.ExchangeCertificate
	certificate.Thumbprint == thumbprint
]

# The carriers that were seen without it.
absent_from(thumbprint) := (carriers - holders) - dark if {
	holders := {certificate._server | some certificate in copies(thumbprint)}
	dark := object.keys(unseen)
}

# What the configuration calls certificates by.
_named := {config[property] |
	some config in input.onprem.AuthConfig
	some property in {"CurrentCertificateThumbprint", "NextCertificateThumbprint", "PreviousCertificateThumbprint"}
}

# The ends of those certificates that can be read. Copies tell the same end: it is read once.
_ends contains end if {
	some end in {certificate.NotAfter |
		some certificate in input.onprem.ExchangeCertificate
		certificate.Thumbprint in _named
	}
	clock.moment(end)
}

# A copy whose end is known, of a certificate that the configuration names. Undefined where there is none.
dated(thumbprint) := [certificate |
	some certificate in copies(thumbprint)
	certificate.NotAfter in _ends
][0]
