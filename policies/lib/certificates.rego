# METADATA
# description: |
#   The certificate that signs the organization's tokens: one, on every server that is neither Edge nor
#   older than 2013. A thumbprint names the bytes, so any copy tells what all of them say.
package lib.certificates

import data.lib.clock
import data.lib.coverage
import data.lib.servers

# The servers that must carry it.
carriers contains server._key if {
	some server in input.onprem.ExchangeServer
	servers.placed(server)
	not servers.edge(server)
	not servers.ancient(server)
}

# Servers whose part is not known, so that nobody can say whether they must.
unplaced contains server._key if {
	some server in input.onprem.ExchangeServer
	not servers.placed(server)
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

# A copy whose end is known. Undefined where there is none.
dated(thumbprint) := [certificate |
	some certificate in copies(thumbprint)
	clock.moment(certificate.NotAfter)
][0]
