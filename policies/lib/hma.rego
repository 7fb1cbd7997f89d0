# METADATA
# description: |
#   Whether Hybrid Modern Authentication is on, and whether anything uses hybrid OAuth. Declared facts
#   come first; without them the organization's own objects speak (controls catalogue, HMA-009 "State").
package lib.hma

import data.lib.builds
import data.lib.coverage
import data.lib.params

# The operator's word. Undefined where nobody stated it.
declared := data.params.hma if is_boolean(data.params.hma)

# Every authorization server is known not to carry the default flag.
no_default_endpoint if {
	coverage.complete("onprem", "AuthServer")
	every server in input.onprem.AuthServer {
		server.IsDefaultAuthorizationEndpoint == false
	}
}

# The authorization servers that carry the default flag.
default_endpoints := [server |
	some server in input.onprem.AuthServer
	server.IsDefaultAuthorizationEndpoint == true
]

# The flag of the organization. Undefined where it was not collected.
_profile if {
	some config in input.onprem.OrganizationConfig
	config.OAuth2ClientProfileEnabled == true
}

_profile := false if {
	every config in input.onprem.OrganizationConfig {
		config.OAuth2ClientProfileEnabled == false
	}
	count(input.onprem.OrganizationConfig) > 0
}

# The one default endpoint is an enabled AD FS object: modern authentication without hybrid, or a
# wrong endpoint.
_ad_fs_default if {
	count(default_endpoints) == 1
	default_endpoints[0].Type == "ADFS"
	default_endpoints[0].Enabled == true
}

# Modern authentication with AD FS exists from Exchange 2019 CU13 on.
_ad_fs_capable if {
	some server in input.onprem.ExchangeServer
	builds.parts(server.AdminDisplayVersion) >= [15, 2, 1258, 0]
}

# `on`, `off`, `ad_fs` (modern authentication on-premises, which HMA does not judge) or `unknown`.
default state := "unknown"

state := "on" if {
	declared
} else := "ad_fs" if {
	_ad_fs_default
	_ad_fs_capable
	params.hybrid == "none"
} else := "off" if {
	declared == false
} else := "unknown" if {
	_ad_fs_default
	not params.hybrid in {"classic_minimal", "classic_full", "modern_agent"}
} else := "on" if {
	_profile
} else := "off" if {
	_profile == false
}

_enabled_connector if {
	some connector in input.onprem.IntraOrganizationConnector
	connector.Enabled == true
}

_no_enabled_connector if {
	coverage.complete("onprem", "IntraOrganizationConnector")
	every connector in input.onprem.IntraOrganizationConnector {
		connector.Enabled == false
	}
}

# Hybrid OAuth is `declared`, `used` (an enabled connector), `absent` or `unknown`. Minimal hybrid has no
# connector; full hybrid and the Hybrid Agent claim one.
default oauth := "unknown"

oauth := "declared" if {
	params.hybrid in {"classic_full", "modern_agent"}
} else := "used" if {
	_enabled_connector
} else := "absent" if {
	params.hybrid in {"none", "classic_minimal"}
} else := "absent" if {
	_no_enabled_connector
}

# Tokens are expected on this organization's listeners: `yes`, `no` or `unknown`.
default wanted := "unknown"

wanted := "yes" if {
	state == "on"
} else := "no" if {
	state == "ad_fs"
} else := "yes" if {
	oauth in {"declared", "used"}
} else := "no" if {
	oauth == "absent"
	_no_hma
}

_no_hma if state == "off"

_no_hma if params.hybrid == "none"

# Why HMA is not judged, as a machine word.
default unwanted_reason := "no_hybrid_oauth"

unwanted_reason := "ad_fs_modern_authentication" if state == "ad_fs"

# Why a policy about Hybrid Modern Authentication alone does not apply. Undefined while it is on, meant to
# be on, or unknown.
off_reason := "ad_fs_modern_authentication" if {
	state == "ad_fs"
} else := "hma_off" if {
	state == "off"
}

# What to add where nobody stated it and the organization's objects do not say.
missing := concat(" ", [
	"Nobody stated whether Hybrid Modern Authentication is on.",
	"Add `params: {hma: true}` or `{hma: false}`, and `hybrid: none|classic_minimal|classic_full|modern_agent`.",
])
