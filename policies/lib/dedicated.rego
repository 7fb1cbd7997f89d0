# METADATA
# description: |
#   Whether the dedicated Exchange hybrid application is used. Look-ups take tokens where an enabled
#   connector on-premises sends them; without one an organization has the older delegation alone, and the
#   vendor's own script warns against the application's override there.
package lib.dedicated

import data.lib.coverage

# Exchange Online's own application, shared by all tenants.
shared_application := "00000002-0000-0ff1-ce00-000000000000"

# `yes`, `no` (no connector is enabled) or `unknown`.
default wanted := "unknown"

wanted := "yes" if {
	some connector in input.onprem.IntraOrganizationConnector
	connector.Enabled == true
} else := "no" if {
	coverage.complete("onprem", "IntraOrganizationConnector")
	every connector in input.onprem.IntraOrganizationConnector {
		connector.Enabled == false
	}
}

# What to say where nobody knows.
missing := concat(" ", [
	"Not all connectors on-premises were read with their Enabled,",
	"so nobody knows whether look-ups use OAuth and the dedicated application.",
])
