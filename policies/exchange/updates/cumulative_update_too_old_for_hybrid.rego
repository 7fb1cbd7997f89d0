# METADATA
# title: The cumulative update is too old for a hybrid organization
# description: |
#   A hybrid organization, and one that uses Exchange Online Archiving, is supported on the current
#   cumulative update or the one before it; Exchange Server SE on the current one alone. An older one gets
#   no help when Exchange Online changes, and no fix.
# related_resources:
#   - ref: Released - March 2017 Quarterly Exchange Updates
#     description: Exchange Team Blog
#   - ref: Exchange Server lifecycle pages
#     description: the rule of Exchange Server SE is read through secondary sources
# custom:
#   id: BUILD-005
#   severity: high
#   category: BUILD
#   profiles: []
#   scope: server
#   requires:
#     - host.ServerVersion.FileVersion
#   any_of: []
#   uses:
#     - onprem.IntraOrganizationConnector.Enabled
#   params: []
#   automation: automated
#   remediation:
#     powershell: |
#       # Install the current cumulative update of this product, or move to Exchange Server SE. What is there:
#       Get-ExchangeServer -Identity {{server}} | Format-List Name, ServerRole, AdminDisplayVersion
#     rollback: |
#       # A cumulative update cannot be taken off; a new server beside the old one keeps it.
#   frameworks: {}
#   grade: "S1, V, 2 for Exchange Server SE"
#   since: "0.2.0"
package exchange.updates.cumulative_update_too_old_for_hybrid

import data.lib.builds
import data.lib.params
import data.lib.result

_today := substring(input.now, 0, 10)

# Cumulative updates behind the current one that are still good for hybrid.
_allowed(product) := 0 if {
	product == "Exchange Server SE"
} else := 1

# The cumulative updates of a product that were released by now, as [cumulative update, name].
_updates[product] contains [builds.cu(build), row.update] if {
	some row in data.facts.exchange_builds
	row.kind == "CU"
	row.release_date <= _today
	build := builds.parts(row.build_short)
	product := row.product
}

# Every build once: a large estate has few.
_texts := {version.FileVersion |
	some version in input.host.ServerVersion
	is_string(version.FileVersion)
}

# What is known of a build: `newer` counts the cumulative updates above its own.
_placed[text] := {"product": product, "newest": newest, "newer": newer, "known": known} if {
	some text in _texts
	build := builds.parts(text)
	product := builds.product(build)
	cu := builds.cu(build)
	newest := max(_updates[product])
	newer := count([1 |
		some row in _updates[product]
		row[0] > cu
	])
	known := count([1 |
		some row in _updates[product]
		row[0] == cu
	])
}

# Too old whether or not the table knows it: enough newer ones are known.
_too_old(text) if _placed[text].newer > _allowed(_placed[text].product)

_too_old(text) if builds.ancient(builds.parts(text))

_current(text) if {
	_placed[text].known > 0
	_placed[text].newer <= _allowed(_placed[text].product)
}

# Above the newest cumulative update of the table.
_current(text) if _placed[text].newer == 0

# A connector that is enabled says hybrid, whatever else was declared.
default _hybrid := "unknown"

_hybrid := "yes" if {
	params.hybrid in {"classic_minimal", "classic_full", "modern_agent"}
} else := "yes" if {
	some connector in input.onprem.IntraOrganizationConnector
	connector.Enabled == true
} else := "no" if {
	params.hybrid == "none"
}

_expected(text) := sprintf("%s %s or newer", [placed.product, placed.newest[1]]) if {
	placed := _placed[text]
	_allowed(placed.product) == 0
} else := sprintf("%s %s or the one before it", [placed.product, placed.newest[1]]) if {
	placed := _placed[text]
} else := "Exchange Server SE"

violation contains result.saying(
	result.violation(version, "FileVersion", _expected(text)),
	sprintf("Hybrid is supported on %s.", [_expected(text)]),
) if {
	_hybrid == "yes"
	some text in _texts
	_too_old(text)
	some version in input.host.ServerVersion
	version.FileVersion == text
}

not_applicable contains result.not_applicable(version, "no_hybrid") if {
	_hybrid == "no"
	some version in input.host.ServerVersion
}

unknown contains result.unstated(version, "hybrid", concat(" ", [
	"Nobody stated whether this organization is hybrid.",
	"Add `params: {hybrid: none|classic_minimal|classic_full|modern_agent}`.",
])) if {
	_hybrid == "unknown"
	some text in _texts
	not _current(text)
	some version in input.host.ServerVersion
	version.FileVersion == text
}

unknown contains result.unknown(version, "build_not_in_table", sprintf(
	"Build %v is not in the table of builds. Renew the facts, or look at the vendor's build page.",
	[version.FileVersion],
)) if {
	_hybrid == "yes"
	some text in _texts
	not _too_old(text)
	not _current(text)
	some version in input.host.ServerVersion
	version.FileVersion == text
}
