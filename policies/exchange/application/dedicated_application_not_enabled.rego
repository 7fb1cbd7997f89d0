# METADATA
# title: The override that enables the dedicated hybrid application is missing, doubled or limited
# description: |
#   Without one override `ExchangeOnpremAsThirdPartyAppId` with `Enabled=true` for all servers, Exchange
#   asks for tokens as the shared application, which Exchange Online has refused since 31 October 2025:
#   free/busy, MailTips and photos towards the cloud stop. Two overrides have an undefined result. The
#   Hybrid Configuration Wizard can create the application and never creates this override. An
#   organization without an enabled connector uses the older delegation, and the override would break it.
# related_resources:
#   - ref: https://learn.microsoft.com/exchange/hybrid-deployment/deploy-dedicated-hybrid-app
#     description: Deploy the dedicated Exchange hybrid app
#   - ref: https://microsoft.github.io/CSS-Exchange/Hybrid/ConfigureExchangeHybridApplication
#     description: ConfigureExchangeHybridApplication
# custom:
#   id: HAPP-002
#   severity: critical
#   category: HAPP
#   profiles: []
#   scope: organization
#   requires:
#     - onprem.SettingOverride
#   any_of: []
#   uses:
#     - onprem.SettingOverride.Name
#     - onprem.SettingOverride.ComponentName
#     - onprem.SettingOverride.SectionName
#     - onprem.SettingOverride.Parameters
#     - onprem.SettingOverride.Server
#     - onprem.SettingOverride.MinVersion
#     - onprem.SettingOverride.MaxVersion
#     - onprem.IntraOrganizationConnector.Enabled
#     - host.ServerVersion.FileVersion
#   params: []
#   automation: automated
#   remediation:
#     powershell: |
#       # Remove what is wrong of it first: Get-SettingOverride | Where-Object SectionName -eq 'ExchangeOnpremAsThirdPartyAppId' | Remove-SettingOverride
#       New-SettingOverride -Name 'EnableExchangeHybrid3PAppFeature' -Component 'Global' -Section 'ExchangeOnpremAsThirdPartyAppId' -Parameters @('Enabled=true') -Reason 'Enable dedicated Exchange hybrid app feature'
#       Get-ExchangeDiagnosticInfo -Process Microsoft.Exchange.Directory.TopologyService -Component VariantConfiguration -Argument Refresh
#     rollback: |
#       Remove-SettingOverride -Identity 'EnableExchangeHybrid3PAppFeature'
#       Get-ExchangeDiagnosticInfo -Process Microsoft.Exchange.Directory.TopologyService -Component VariantConfiguration -Argument Refresh
#   frameworks: {}
#   grade: "V, 2"
#   since: "0.2.0"
package exchange.application.dedicated_application_not_enabled

import data.lib.builds
import data.lib.coverage
import data.lib.dedicated
import data.lib.result
import data.lib.value

subject contains result.judged_organization

_names := {"ComponentName": "global", "SectionName": "exchangeonpremasthirdpartyappid"}

# Named otherwise, and known to be.
_other(override) if {
	some property, name in _names
	value.settled(override, property)
	not lower(override[property]) == name
}

_overrides := [override |
	some override in input.onprem.SettingOverride
	every property, name in _names {
		lower(override[property]) == name
	}
]

# Could be the override, if its names were known.
_candidates := [override |
	some override in input.onprem.SettingOverride
	not _other(override)
]

_parameters(override) := {replace(word, " ", "") | some word in value.words(override.Parameters)}

_enables(override) if {
	"enabled=true" in _parameters(override)
	not "enabled=false" in _parameters(override)
}

violation contains result.lacking(
	[],
	"one override Global, ExchangeOnpremAsThirdPartyAppId, Enabled=true",
	"No override makes the servers use the dedicated hybrid application.",
) if {
	dedicated.wanted == "yes"
	coverage.complete("onprem", "SettingOverride")
	count(_candidates) == 0
}

violation contains result.lacking(
	sort([override._key | some override in _overrides]),
	"exactly one override",
	"Several overrides switch the dedicated hybrid application; which of them counts is not defined.",
) if {
	dedicated.wanted == "yes"
	count(_overrides) > 1
}

violation contains result.breaking(override, "Parameters", ["Enabled=true"]) if {
	dedicated.wanted == "yes"
	some override in _overrides
	value.decided(override, "Parameters")
	not _enables(override)
}

violation contains result.breaking(override, "Server", "empty, for every server") if {
	dedicated.wanted == "yes"
	some override in _overrides
	value.filled(override, "Server")
}

violation contains result.breaking(override, property, sprintf("no limit that leaves out %s", [version._key])) if {
	dedicated.wanted == "yes"
	some override in _overrides
	some version in input.host.ServerVersion
	some property in {"MinVersion", "MaxVersion"}
	_beyond(property, builds.parts(version.FileVersion), builds.parts(override[property]))
}

_beyond("MinVersion", build, limit) if build < limit

_beyond("MaxVersion", build, limit) if build > limit

not_applicable contains {"subject": result.organization, "reason": "no_enabled_connector"} if dedicated.wanted == "no"

unknown contains {
	"subject": result.organization,
	"reason": "not_collected",
	"kind": "IntraOrganizationConnector",
	"message": dedicated.missing,
} if {
	dedicated.wanted == "unknown"
}

unknown contains _unsaid(override, property, value.reason(override, property)) if {
	dedicated.wanted == "yes"
	some override in _candidates
	some property, _ in _names
	not value.settled(override, property)
}

unknown contains _unsaid(override, "Parameters", why) if {
	dedicated.wanted == "yes"
	some override in _overrides
	why := value.reason(override, "Parameters")
}

unknown contains _unsaid(override, property, value.reason(override, property)) if {
	dedicated.wanted == "yes"
	some override in _overrides
	some property in {"Server", "MinVersion", "MaxVersion"}
	not value.settled(override, property)
}

# A limit by version needs the builds of all servers.
unknown contains result.unread("host", "ServerVersion") if {
	dedicated.wanted == "yes"
	_limited
	not coverage.complete("host", "ServerVersion")
}

unknown contains _unsaid(version, "FileVersion", _why_no_build(version, "FileVersion")) if {
	dedicated.wanted == "yes"
	_limited
	some version in input.host.ServerVersion
	not builds.parts(version.FileVersion)
}

unknown contains _unsaid(override, property, "build_not_in_table") if {
	dedicated.wanted == "yes"
	some override in _overrides
	some property in {"MinVersion", "MaxVersion"}
	value.filled(override, property)
	not builds.parts(override[property])
}

_why_no_build(resource, property) := value.reason(resource, property)

_why_no_build(resource, property) := "build_not_in_table" if value.decided(resource, property)

_limited if {
	some override in _overrides
	some property in {"MinVersion", "MaxVersion"}
	value.filled(override, property)
}

_unsaid(resource, property, why) := {
	"subject": result.organization,
	"reason": why,
	"property": property,
	"kind": resource._kind,
	"message": sprintf("%s of %s has no usable value.", [property, resource._key]),
}
