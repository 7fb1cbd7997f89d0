# METADATA
# title: Servers of one group do not run the same build
# description: |
#   Servers behind one name, or in one availability group, answer for each other: where their cumulative or
#   security updates differ, clients behave differently from one connection to the next, and Hybrid Modern
#   Authentication wants them alike. Products are counted apart. An update younger than 14 days, an optional
#   hotfix update and a second product beside the first only warn.
# related_resources:
#   - ref: Announcing Hybrid Modern Authentication for Exchange On-Premises
#     description: Exchange Team Blog, 2017
#   - ref: https://learn.microsoft.com/exchange/plan-and-deploy/post-installation-tasks/security-best-practices/exchange-extended-protection
#     description: Configure Windows Extended Protection in Exchange Server
# custom:
#   id: BUILD-003
#   severity: high
#   category: BUILD
#   profiles: []
#   scope: organization
#   requires:
#     - host.ServerVersion.FileVersion
#   any_of: []
#   uses:
#     - onprem.ExchangeServer.IsEdgeServer
#     - onprem.ExchangeServer.ServerRole
#     - onprem.MailboxServer.DatabaseAvailabilityGroup
#     - onprem.WebServicesVirtualDirectory.InternalUrl
#     - onprem.WebServicesVirtualDirectory.ExternalUrl
#   params: []
#   automation: automated
#   remediation:
#     powershell: |
#       # Install on this server what the newest of its group has. What is there:
#       Get-ExchangeServer -Identity {{server}} | Format-List Name, ServerRole, AdminDisplayVersion
#     rollback: |
#       # A cumulative update cannot be taken off; a security update can, under Installed Updates.
#   frameworks: {}
#   grade: "S2, V"
#   since: "0.2.0"
package exchange.updates.uneven_builds

import data.lib.builds
import data.lib.clock
import data.lib.coverage
import data.lib.directories
import data.lib.hosts
import data.lib.result
import data.lib.servers
import data.lib.value

_version[version._server] contains version if some version in input.host.ServerVersion

# What each text says, once: the build and its product.
_known := {text: {"build": build, "product": product} |
	some text in {version.FileVersion | some version in input.host.ServerVersion}
	build := builds.parts(text)
	product := builds.product(build)
}

_build[server] := build if {
	some server, versions in _version
	some version in versions
	build := _known[version.FileVersion].build
}

_product := {known.build: known.product | some known in _known}

# The groups: who answers for whom. What names them is read once.
_groups[name] contains member._server if {
	some member in input.onprem.MailboxServer
	name := _availability_groups[member.DatabaseAvailabilityGroup]
}

_availability_groups := {group: sprintf("the availability group %s", [group]) |
	some group in {member.DatabaseAvailabilityGroup | some member in input.onprem.MailboxServer}
	value.filled({"DatabaseAvailabilityGroup": group}, "DatabaseAvailabilityGroup")
}

_groups[name] contains directory._server if {
	some property in {"InternalUrl", "ExternalUrl"}
	some directory in _services
	name := _namespaces[directory[property]]
}

_services := directories.frontends("WebServicesVirtualDirectory")

_namespaces := {address: sprintf("the namespace %s", [host]) | some address, host in hosts.by_address(_services)}

_groups["the Edge Transport servers"] contains server._key if {
	some server in input.onprem.ExchangeServer
	servers.edge(server)
}

_products := {product | some product in _product}

# The newest build of a product, in a group and in all.
_newest[[group, product]] := max(found) if {
	some group, members in _groups
	there := {_build[server] | some server in members}
	some product in _products
	found := {build |
		some build in there
		_product[build] == product
	}
	count(found) > 0
}

_newest_of[product] := max(found) if {
	some product in _products
	found := {build |
		some build in object.keys(_product)
		_product[build] == product
	}
}

# The builds that are not the newest of their product: without any nobody is behind, whatever the groups.
_older contains build if {
	some build, product in _product
	build < _newest_of[product]
}

_running[build] contains server if some server, build in _build

# Who is behind the newest of a group.
_behind contains {"server": server, "group": group, "newest": newest} if {
	some build in _older
	some group, members in _groups
	newest := _newest[[group, _product[build]]]
	build < newest
	some server in members & _running[build]
}

_other_update(behind) if builds.cu(_build[behind.server]) != builds.cu(behind.newest)

_behind_by_update contains behind.server if {
	some behind in _behind
	_other_update(behind)
}

_row[build] := row if {
	some row in data.facts.exchange_builds
	build := builds.parts(row.build_short)
}

# The cumulative or security update that a build of the table stands on; hotfix updates are optional.
_level[build] := max(below) if {
	some build in {one | some one in _build}
	_row[build]
	below := {other |
		some other in object.keys(_row)
		_row[other].kind in {"CU", "SU"}
		other <= build
	}
}

_older_security_update(behind) if {
	not _other_update(behind)
	_level[_build[behind.server]] < _level[behind.newest]
}

_only_a_hotfix(behind) if {
	_level[_build[behind.server]] == _level[behind.newest]
}

# The newest came out less than 14 days ago.
_young(newest) if {
	released := _row[newest].release_date
	clock.until(sprintf("%sT00:00:00Z", [released])) > 0 - clock.days(14)
}

_text(build) := sprintf("%d.%d.%d.%d", build)

_violation(version, newest, message) := result.saying(result.violation(version, "FileVersion", _text(newest)), message)

_different contains object.union(behind, {"what": "cumulative update"}) if {
	some behind in _behind
	_other_update(behind)
}

_different contains object.union(behind, {"what": "security update"}) if {
	some behind in _behind
	_older_security_update(behind)
}

_message(behind) := sprintf("Its %s is older than that of %s, which has %s.", [
	behind.what,
	behind.group,
	_text(behind.newest),
])

violation contains _violation(version, behind.newest, _message(behind)) if {
	some behind in _different
	not _young(behind.newest)
	some version in _version[behind.server]
}

violation contains result.lowered(_violation(version, behind.newest, _message(behind)), "low") if {
	some behind in _different
	_young(behind.newest)
	some version in _version[behind.server]
}

violation contains result.lowered(
	_violation(version, behind.newest, sprintf("A hotfix update of %s is missing here: %s.", [
		behind.group,
		_text(behind.newest),
	])),
	"low",
) if {
	some behind in _behind
	_only_a_hotfix(behind)
	some version in _version[behind.server]
}

# Another group of the same product has a newer cumulative update.
_across contains {"server": server, "newest": newest} if {
	some server, build in _build
	newest := _newest_of[_product[build]]
	build != newest
	builds.cu(build) != builds.cu(newest)
	not server in _behind_by_update
}

_elsewhere(newest) := sprintf("Its cumulative update is older than that of other servers, which have %s.", [_text(newest)])

_severity(newest) := "low" if {
	_young(newest)
} else := "medium"

violation contains result.lowered(
	_violation(version, across.newest, _elsewhere(across.newest)),
	_severity(across.newest),
) if {
	some across in _across
	some version in _version[across.server]
}

_leading := _product[max(object.keys(_product))]

violation contains result.saying(
	result.warning(version, "FileVersion", _leading, "low"),
	sprintf("%s runs beside %s.", [product, _leading]),
) if {
	some version in input.host.ServerVersion
	product := _known[version.FileVersion].product
	product != _leading
}

not_applicable contains result.not_applicable(version, "older_than_2013") if {
	some version in input.host.ServerVersion
	not _known[version.FileVersion]
	builds.ancient(builds.parts(version.FileVersion))
}

unknown contains result.unknown(version, "build_not_in_table", sprintf(
	"Build %v belongs to no product that is known. Renew the facts, or look at the vendor's build page.",
	[version.FileVersion],
)) if {
	some version in input.host.ServerVersion
	not _known[version.FileVersion]
	value.decided(version, "FileVersion")
	not builds.ancient(builds.parts(version.FileVersion))
}

unknown contains result.unknown(version, "build_not_in_table", sprintf(
	"%s differs from %s of %s, and the table of builds does not have both: security or hotfix update. Renew the facts.",
	[_text(_build[behind.server]), _text(behind.newest), behind.group],
)) if {
	some behind in _behind
	not _other_update(behind)
	not _older_security_update(behind)
	not _only_a_hotfix(behind)
	some version in _version[behind.server]
}

# Who answers for whom decides only where builds differ at all.
unknown contains result.doubted(version, why) if {
	some version in input.host.ServerVersion
	_known[version.FileVersion].build in _older
	some why in _ungrouped
}

_ungrouped contains {"reason": "not_collected", "kind": kind, "message": sprintf(
	"Builds differ, and %s was not seen of every server: which servers answer for each other is not known.",
	[kind],
)} if {
	some kind in {"ExchangeServer", "MailboxServer", "WebServicesVirtualDirectory"}
	not coverage.complete("onprem", kind)
}

_ungrouped contains {"reason": word, "kind": member._kind, "message": sprintf(
	"Builds differ, and the availability group of %s is not known.",
	[member._key],
)} if {
	some member in input.onprem.MailboxServer
	not value.settled(member, "DatabaseAvailabilityGroup")
	word := value.reason(member, "DatabaseAvailabilityGroup")
}

_ungrouped contains {"reason": word, "kind": directory._kind, "message": sprintf(
	"Builds differ, and %s of %s is not known.",
	[property, directory._key],
)} if {
	some property in {"InternalUrl", "ExternalUrl"}
	some [directory, word] in value.unsettled(_services, property)
}

_ungrouped contains {"reason": "property_absent", "kind": server._kind, "message": sprintf(
	"Builds differ, and whether %s is an Edge Transport server is not known.",
	[server._key],
)} if {
	some server in input.onprem.ExchangeServer
	not servers.placed(server)
}
