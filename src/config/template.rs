//! The commented example that `exdrift init` writes.

/// A configuration with every key explained. Lines behind `#: ` are valid once the mark is removed.
pub fn template(organization: &str, servers: &[String]) -> String {
    let found = if servers.is_empty() {
        "\"EXCAS*\"".to_owned()
    } else {
        servers
            .iter()
            .map(|name| format!("\"{name}\""))
            .collect::<Vec<_>>()
            .join(", ")
    };
    format!(
        r##"# exdrift configuration. Unknown keys are errors; lines behind "#: " are examples to switch on.
version: 1
#: store: snapshots                    # a folder that you can keep in git
#: policies: []                         # folders of policy packs beside the built-in one
organizations:
  {organization}:
    # The planes under audit. Policies that need another one are not applicable.
    planes: [onprem, cloud, entra]
    # What only you know. A policy that needs something absent here answers "unknown", never "pass".
    params:
      #: hma: true                      # Hybrid Modern Authentication is meant to be on
      #: hybrid: classic_full           # none | classic_minimal | classic_full | modern_agent
      #: cloud: global                  # global | gcc_high | dod | china
      # Who can reach which server, by name or glob; the first list that matches wins, in this order.
      exposure:
        internet: []                    # reachable from the internet, such as {found}
        exo_only: []                    # reachable from Exchange Online only
        internal: []                    # the rest; "*" once the lists above are complete
      #: namespaces: {{mail.example.com: {{paths: [ews, mapi, oab, autodiscover, activesync], tls: bridge}}}}
      # A name that no address of its servers carries tells them: {{paths: [owa], servers: ["EX*"]}}
      #: tenant_domains: [example.mail.onmicrosoft.com]
      #: auth_servers: []               # names of the authorization servers that are meant to be there
      #: partner_applications: []       # names or ids of the partner applications meant to be there
      #: graph_app_only: false          # true: app-only Graph access is wanted, its loss is the finding
      #: sid_partner_applications: []   # partner applications of resource forests: tokens with a SID
      #: certificate_device_servers: []  # ActiveSync with device certificates: Windows is needed there
      #: certificate_servers: []        # ActiveSync that asks the device for its certificate itself
      #: partner_organizations: []      # mail domains of organizations that calendars are shared with
      #: migration_servers: []          # servers that mailbox moves use; empty: none are made
      #: free_busy_scopes: {{"On-premises to O365 - 1": example.com/Groups/Sharing}}  # relationship: its group
    audit:
      fail_on: low                      # critical | high | medium | low | info | none
      #: profile: hma_external
      #: policies: {{EXT-005: {{enabled: false, reason: "Autodiscover is published by the old farm"}}}}
    # `exdrift run` reads bundles of the export script that are dropped here.
    #: collectors:
    #:   - {{name: nightly, type: drop, path: drop, max_age: 26h}}
    #: waivers: waivers.yaml            # accepted findings: who, why, until when
"##
    )
}
