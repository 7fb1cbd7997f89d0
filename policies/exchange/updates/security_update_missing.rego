# METADATA
# title: The newest security update is missing
# description: |
#   Security updates are the only defence against the published vulnerabilities. They are made for one
#   cumulative update each, and only for those that are still served: a server on an older cumulative
#   update is not current with the last update of its own. A server one update behind a release younger
#   than 30 days, or without a newer optional hotfix update, only warns.
# related_resources:
#   - ref: https://learn.microsoft.com/exchange/new-features/build-numbers-and-release-dates
#     description: Exchange Server build numbers and release dates
#   - ref: Released - September 2026 Exchange Server Security Updates, and version 2 of 2 October 2026
#     description: techcommunity.microsoft.com, posts 4554411 and 4561718, read through a secondary source
# custom:
#   id: BUILD-002
#   severity: high
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
#       # Download the newest security update for the cumulative update of this server, run it as administrator, reboot.
#       # Where that cumulative update is no longer served, install a served one first, then its security update.
#       Get-ExchangeServer -Identity {{server}} | Format-List Name, ServerRole, AdminDisplayVersion
#     rollback: |
#       # Uninstall the update under Installed Updates and reboot; the vulnerability is then open again.
#   frameworks:
#     DISA STIG: ["EX19-MB-000244 (V-259711)"]
#     NSA-CISA: ["current updates"]
#   grade: "V, 2"
#   since: "0.1.0"
package exchange.updates.security_update_missing

import data.lib.builds
import data.lib.result

_today := substring(input.now, 0, 10)

# The rows that were released by now, as [build, text, release date, product, kind]: arrays compare
# member by member, so the newest build is the greatest row.
_rows := {[builds.parts(row.build_short), row.build_short, row.release_date, row.product, row.kind] |
	some row in data.facts.exchange_builds
	row.release_date <= _today
}

_known[text] := row if {
	some row in _rows
	text := row[1]
}

_product_rows[product] contains row if {
	some row in _rows
	product := row[3]
}

_cu_rows[cu] contains row if {
	some row in _rows
	cu := builds.cu(row[0])
}

_security(rows) := {row | some row in rows; row[4] == "SU"}

_newest_row[product] := max(rows) if some product, rows in _product_rows

# The date of the newest security update of a product.
_newest_date[product] := date if {
	some product, rows in _product_rows
	date := max({row[2] | some row in _security(rows)})
}

# The security updates of a cumulative update, and the newest of them.
_updates[cu] := _security(rows) if some cu, rows in _cu_rows

_newest_update[cu] := newest if {
	some cu, updates in _updates
	newest := max(updates)
}

# The cumulative update still gets security updates: its newest has the date of the product's newest.
_served(cu, product) if _newest_update[cu][2] == _newest_date[product]

# It came out after the newest security update of the product, or the product has none yet.
_served(cu, product) if {
	some row in _cu_rows[cu]
	row[4] == "CU"
	row[2] > _newest_date[product]
}

_served(_, product) if not _newest_date[product]

# Every build once: a large estate has few.
_texts := {version.FileVersion |
	some version in input.host.ServerVersion
	is_string(version.FileVersion)
}

# Builds that are in the table, or above the newest update of a served cumulative update.
_placed := [placed |
	some text in _texts
	build := builds.parts(text)
	product := builds.product(build)
	cu := builds.cu(build)
	_can_be_placed(text, build, cu, product)
	placed := {"text": text, "build": build, "product": product, "cu": cu}
]

_can_be_placed(text, _, _, _) if _known[text]

_can_be_placed(_, build, cu, product) if {
	_served(cu, product)
	build > _newest_update[cu][0]
}

_behind(placed) := {update |
	some update in _updates[placed.cu]
	update[0] > placed.build
}

# Younger than 30 days. A row without a day is never young.
_young(update) if {
	count(update[2]) == 10
	age := time.parse_rfc3339_ns(input.now) - time.parse_rfc3339_ns(sprintf("%sT00:00:00Z", [update[2]]))
	age < ((((30 * 24) * 60) * 60) * 1000000000)
}

_grace(placed) if {
	count(_behind(placed)) == 1
	_young(_newest_update[placed.cu])
}

violation contains result.saying(
	result.violation(version, "FileVersion", newest[1]),
	sprintf("Security updates missing: %d; the newest is of %s.", [count(_behind(placed)), newest[2]]),
) if {
	some placed in _placed
	_served(placed.cu, placed.product)
	newest := _newest_update[placed.cu]
	placed.build < newest[0]
	not _grace(placed)
	some version in input.host.ServerVersion
	version.FileVersion == placed.text
}

violation contains result.saying(
	result.warning(version, "FileVersion", newest[1], "low"),
	sprintf("One security update is missing; it is of %s, younger than 30 days.", [newest[2]]),
) if {
	some placed in _placed
	_served(placed.cu, placed.product)
	newest := _newest_update[placed.cu]
	_grace(placed)
	some version in input.host.ServerVersion
	version.FileVersion == placed.text
}

violation contains result.saying(
	result.violation(version, "FileVersion", "a cumulative update that still gets security updates"),
	sprintf("The newest security update of %s, of %s, is not made for this cumulative update.", [
		placed.product,
		_newest_date[placed.product],
	]),
) if {
	some placed in _placed
	not _served(placed.cu, placed.product)
	some version in input.host.ServerVersion
	version.FileVersion == placed.text
}

violation contains result.saying(
	result.warning(version, "FileVersion", newest[1], "low"),
	sprintf("A newer hotfix update of %s is there; it is optional.", [newest[2]]),
) if {
	some placed in _placed
	_served(placed.cu, placed.product)
	count(_behind(placed)) == 0
	newest := max({row |
		some row in _cu_rows[placed.cu]
		row[4] == "HU"
		row[0] > placed.build
	})
	some version in input.host.ServerVersion
	version.FileVersion == placed.text
}

# Newer than the table: never a failure, and nothing to install is known. A product that the table does
# not know is another matter: unknown.
_newer_than_table(build) if build > _newest_row[builds.product(build)][0]

_placed_texts := {placed.text | some placed in _placed}

_answered(text) if text in _placed_texts

_answered(text) if _newer_than_table(builds.parts(text))

unknown contains result.unknown(version, "build_not_in_table", sprintf(
	"Build %v is not in the table of builds. Renew the facts, or look at the vendor's build page.",
	[version.FileVersion],
)) if {
	some text in _texts
	not _answered(text)
	some version in input.host.ServerVersion
	version.FileVersion == text
}
