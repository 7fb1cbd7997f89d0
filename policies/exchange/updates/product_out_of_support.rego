# METADATA
# title: The product is out of support
# description: |
#   A product out of support gets no security updates, and everything else this tool checks rests on
#   them. Exchange Server 2013, 2016 and 2019 have ended; a paid extended update period did not restore
#   support. Subscription Edition is supported while it is kept current. Edge Transport servers count
#   too.
# related_resources:
#   - ref: https://learn.microsoft.com/exchange/new-features/build-numbers-and-release-dates
#     description: Exchange Server build numbers and release dates
#   - ref: Exchange Server lifecycle pages and the announcement of extended update period 2
#     description: techcommunity.microsoft.com, post 4511603
# custom:
#   id: BUILD-001
#   severity: critical
#   category: BUILD
#   profiles: []
#   scope: server
#   requires:
#     - host.ServerVersion.FileVersion
#   any_of: []
#   uses: []
#   params: []
#   automation: automated
#   remediation:
#     powershell: |
#       # Move to Exchange Server Subscription Edition; in place from 2019 CU14 or CU15. What is there:
#       Get-ExchangeServer -Identity {{server}} | Format-List Name, ServerRole, AdminDisplayVersion
#     rollback: |
#       # There is no way back from an upgrade of the product; a new server beside the old one keeps it.
#   frameworks:
#     NSA-CISA: ["migrate off end-of-life"]
#     DISA STIG: ["EX19-MB-000244 (V-259711)"]
#   grade: "V"
#   since: "0.1.0"
package exchange.updates.product_out_of_support

import data.lib.builds
import data.lib.result

_today := substring(input.now, 0, 10)

# Every build once: a large estate has few.
_texts := {version.FileVersion |
	some version in input.host.ServerVersion
	is_string(version.FileVersion)
}

_builds := {text: build |
	some text in _texts
	build := builds.parts(text)
}

# The row of a product in the dated table.
_support(build) := row if {
	product := builds.product(build)
	some row in data.facts.exchange_support
	row.product == product
}

_ended(row) if {
	row.product != "Exchange Server SE"
	_today > row.end_of_support
}

_note(row) := sprintf("; %s", [row.note]) if {
	row.note != ""
} else := ""

_supported(row) if _today <= row.end_of_support

violation contains result.saying(
	result.violation(version, "FileVersion", "Exchange Server SE"),
	sprintf("Support of %s ended on %s%s.", [row.product, row.end_of_support, _note(row)]),
) if {
	some text, build in _builds
	row := _support(build)
	_ended(row)
	some version in input.host.ServerVersion
	version.FileVersion == text
}

violation contains result.saying(
	result.violation(version, "FileVersion", "Exchange Server SE"),
	"The product is older than Exchange Server 2013.",
) if {
	some text, build in _builds
	builds.ancient(build)
	some version in input.host.ServerVersion
	version.FileVersion == text
}

unknown contains result.unknown(version, "build_not_in_table", sprintf(
	"No support date is on record for build %v on %s. Renew the facts, or look at the vendor's lifecycle page.",
	[version.FileVersion, _today],
)) if {
	some text in _texts
	not _answered(text)
	some version in input.host.ServerVersion
	version.FileVersion == text
}

_answered(text) if builds.ancient(_builds[text])

_answered(text) if _ended(_support(_builds[text]))

_answered(text) if _supported(_support(_builds[text]))
