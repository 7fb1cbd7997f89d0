# METADATA
# title: An availability address space shadows OAuth or holds credentials
# description: |
#   An availability address space is the last of the three look-ups. One for a domain that an enabled
#   connector serves still answers when the connector is switched off, and credentials that it stores
#   are a liability whether it answers or not. `InternalProxy` with the service account is the documented
#   bridge to servers before Exchange 2013 SP1.
# related_resources:
#   - ref: Deep Dive - How Hybrid Authentication Really Works
#     description: Exchange Team Blog, 2017
#   - ref: https://learn.microsoft.com/exchange/configure-oauth-authentication-between-exchange-and-exchange-online-organizations-exchange-2013-help
#     description: Configure OAuth authentication between Exchange and Exchange Online organizations
#   - ref: Add-AvailabilityAddressSpace
#     description: Cmdlet reference
# custom:
#   id: ORG-003
#   severity: high
#   category: ORG
#   profiles: []
#   scope: organization
#   requires:
#     - onprem.AvailabilityAddressSpace.ForestName
#   any_of: []
#   uses:
#     - onprem.AvailabilityAddressSpace
#     - onprem.AvailabilityAddressSpace.AccessMethod
#     - onprem.AvailabilityAddressSpace.UserName
#     - onprem.IntraOrganizationConnector.Enabled
#     - onprem.IntraOrganizationConnector.TargetAddressDomains
#   params: []
#   automation: automated
#   remediation:
#     powershell: |
#       # What it holds, for the way back; then:
#       Get-AvailabilityAddressSpace -Identity {{identity}} | Format-List
#       Remove-AvailabilityAddressSpace -Identity {{identity}}
#     rollback: |
#       # Credentials, where there were some, only the person who stored them knows: -Credentials (Get-Credential)
#       Add-AvailabilityAddressSpace -ForestName {{subject.ForestName}} -AccessMethod {{subject.AccessMethod}}
#   frameworks: {}
#   grade: "S1, V"
#   since: "0.2.0"
package exchange.lookup.address_space_beside_oauth

import data.lib.coverage
import data.lib.result
import data.lib.value

_covers(connector, space) if {
	connector.Enabled == true
	lower(space.ForestName) in value.words(connector.TargetAddressDomains)
}

# The documented bridge to old servers.
_bridge(space) if {
	space.AccessMethod == "InternalProxy"
	space.UseServiceAccount == true
}

# Known not to be one.
_no_bridge(space) if {
	value.decided(space, "AccessMethod")
	space.AccessMethod != "InternalProxy"
}

_no_bridge(space) if space.UseServiceAccount == false

violation contains result.saying(
	result.violation(space, "ForestName", "a domain that no enabled connector names"),
	sprintf("%s is served by OAuth through %s; this address space answers beside it.", [space.ForestName, connector._key]),
) if {
	some space in input.onprem.AvailabilityAddressSpace
	_no_bridge(space)
	some connector in input.onprem.IntraOrganizationConnector
	_covers(connector, space)
}

violation contains {
	"subject": result.subject(space),
	"property": "Credentials",
	"observed": "stored (not shown)",
	"expected": "none",
	"message": sprintf("%s stores credentials.", [space._key]),
} if {
	some space in input.onprem.AvailabilityAddressSpace
	_stores_credentials(space)
}

# The importer keeps of a secret that it is there, never what it is.
_stores_credentials(space) if space.Credentials["$undecided"] == "redacted"

_stores_credentials(space) if {
	some property in {"Credentials", "UserName"}
	value.filled(space, property)
}

# Both are stored together; where there is no such property, the empty user name says it.
_stores_none(space) if {
	value.empty(space, "UserName")
	object.get(space, "Credentials", null) in {null, ""}
}

unknown contains result.undecided(space, property, why) if {
	some space in input.onprem.AvailabilityAddressSpace
	not _stores_credentials(space)
	not _stores_none(space)
	some property in {"Credentials", "UserName"}
	not value.empty(space, property)
	why := value.reason(space, property)
}

# The bridge has to be known as one, where a connector serves the domain.
unknown contains result.undecided(space, property, value.reason(space, property)) if {
	some space in input.onprem.AvailabilityAddressSpace
	not _no_bridge(space)
	some property in {"AccessMethod", "UseServiceAccount"}
	not value.decided(space, property)
	some connector in input.onprem.IntraOrganizationConnector
	_covers(connector, space)
}

unknown contains result.unseen(
	"IntraOrganizationConnector",
	space,
	"The connectors on-premises were not all read; one of them may serve this domain with OAuth.",
) if {
	some space in input.onprem.AvailabilityAddressSpace
	not _bridge(space)
	not coverage.complete("onprem", "IntraOrganizationConnector")
}

unknown contains result.resting_on(
	result.unknown(space, value.reason(connector, property), sprintf(
		"%s of %s has no usable value, so nobody knows whether it serves this domain.",
		[property, connector._key],
	)),
	connector._kind,
) if {
	some space in input.onprem.AvailabilityAddressSpace
	not _bridge(space)
	some connector in input.onprem.IntraOrganizationConnector
	_may_cover(connector, space)
	some property in {"Enabled", "TargetAddressDomains"}
	not value.decided(connector, property)
}

_may_cover(connector, _) if {
	not connector.Enabled == false
	not value.decided(connector, "TargetAddressDomains")
}

_may_cover(connector, space) if {
	not value.decided(connector, "Enabled")
	lower(space.ForestName) in value.words(connector.TargetAddressDomains)
}
