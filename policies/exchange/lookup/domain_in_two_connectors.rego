# METADATA
# title: Two enabled connectors name one domain
# description: |
#   A look-up takes the enabled IntraOrganizationConnector that names the recipient's domain. Where two
#   of one side do, which of them is used is not defined, so free/busy may work today and fail tomorrow,
#   or go where nobody meant it to go.
# related_resources:
#   - ref: Deep Dive - How Hybrid Authentication Really Works
#     description: Exchange Team Blog, 2017
#   - ref: Set-IntraOrganizationConnector
#     description: Cmdlet reference
# custom:
#   id: IOC-005
#   severity: medium
#   category: IOC
#   profiles: []
#   scope: organization
#   requires: []
#   any_of:
#     - [onprem.IntraOrganizationConnector.Enabled, onprem.IntraOrganizationConnector.TargetAddressDomains]
#     - [cloud.IntraOrganizationConnector.Enabled, cloud.IntraOrganizationConnector.TargetAddressDomains]
#   uses: []
#   params: []
#   automation: automated
#   remediation:
#     powershell: |
#       # On the side of the finding (Exchange Management Shell, or Exchange Online PowerShell), the one that is not wanted:
#       Set-IntraOrganizationConnector -Identity {{identity}} -Enabled $false
#       # After a test: Remove-IntraOrganizationConnector -Identity {{identity}}
#     rollback: |
#       Set-IntraOrganizationConnector -Identity {{identity}} -Enabled $true
#   frameworks: {}
#   grade: "S1; K that the winner is undefined"
#   since: "0.2.0"
package exchange.lookup.domain_in_two_connectors

import data.lib.coverage
import data.lib.result
import data.lib.value

_connectors := array.concat(input.onprem.IntraOrganizationConnector, input.cloud.IntraOrganizationConnector)

_unread contains plane if {
	some plane in {"onprem", "cloud"}
	coverage.unread(plane, "IntraOrganizationConnector")
}

subject contains result.judged(connector) if some connector in _connectors

subject contains result.judged_organization if count(_unread) > 0

# The other connectors of the same side that are not known to be disabled.
_rivals[[connector._plane, connector._key]] := found if {
	some connector in _connectors
	found := [other |
		some other in _connectors
		other._plane == connector._plane
		other._key != connector._key
		not other.Enabled == false
	]
}

violation contains result.saying(
	result.violation(connector, "TargetAddressDomains", sprintf("no domain of %s", [other._key])),
	sprintf("%s and %s are both enabled and name %s.", [connector._key, other._key, concat(", ", sort(shared))]),
) if {
	some connector in _connectors
	connector.Enabled == true
	some other in _rivals[[connector._plane, connector._key]]
	other.Enabled == true
	shared := value.words(connector.TargetAddressDomains) & value.words(other.TargetAddressDomains)
	count(shared) > 0
}

not_applicable contains result.not_applicable(connector, "connector_disabled") if {
	some connector in _connectors
	connector.Enabled == false
}

unknown contains result.undecided(connector, property, why) if {
	some connector in _connectors
	not connector.Enabled == false
	some property in {"Enabled", "TargetAddressDomains"}
	why := value.reason(connector, property)
}

# Another connector may name the same domain: its values do not say, or say so without saying whether it is enabled.
unknown contains result.unknown(connector, value.reason(other, property), sprintf(
	"%s of %s has no usable value, so nobody knows whether both are used for one domain.",
	[property, other._key],
)) if {
	some connector in _connectors
	connector.Enabled == true
	some other in _rivals[[connector._plane, connector._key]]
	_may_share(connector, other)
	some property in {"Enabled", "TargetAddressDomains"}
	not value.decided(other, property)
}

_may_share(_, other) if not value.decided(other, "TargetAddressDomains")

_may_share(connector, other) if {
	count(value.words(connector.TargetAddressDomains) & value.words(other.TargetAddressDomains)) > 0
}

unknown contains result.unseen(
	"IntraOrganizationConnector",
	connector,
	"Not all connectors of this side were read; another one may name the same domain.",
) if {
	some connector in _connectors
	connector.Enabled == true
	not coverage.complete(connector._plane, "IntraOrganizationConnector")
}

unknown contains result.unread(plane, "IntraOrganizationConnector") if some plane in _unread
