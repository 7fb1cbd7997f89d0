//! Organizations of any size, compliant by construction.

use crate::model::Plane;

use super::estate::{Build, Exposure, Organization, Role, Server};
use super::object::Prop;

/// What to generate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GeneratorOptions {
    /// The organization's name, which is its tenant's too.
    pub name: String,
    /// Servers with client access.
    pub servers: usize,
    /// Edge servers beside them.
    pub edge_servers: usize,
    /// How many of `servers` face the internet.
    pub internet: usize,
    /// How many of `servers` serve Exchange Online alone.
    pub exo_only: usize,
    /// The build of all servers.
    pub build: Build,
    /// Where all chance comes from.
    pub seed: u64,
}

impl GeneratorOptions {
    /// `servers` servers: a quarter of them internet-facing, one for Exchange Online, no Edge.
    pub fn new(servers: usize, seed: u64) -> Self {
        GeneratorOptions {
            name: "fabrikam".to_owned(),
            servers,
            edge_servers: 0,
            internet: servers / 4,
            exo_only: usize::from(servers > 1),
            build: Build::SE_RTM_SEP26,
            seed,
        }
    }
}

/// An organization in which every policy of the built-in pack passes or does not apply, under
/// [`params`](super::params).
pub fn generate(options: &GeneratorOptions) -> Organization {
    let mut servers = Vec::with_capacity(options.servers + options.edge_servers);
    for n in 0..options.servers {
        let (prefix, exposure, first) = if n < options.internet {
            ("EXCAS", Exposure::Internet, 0)
        } else if n < options.internet + options.exo_only {
            ("EXHYB", Exposure::ExoOnly, options.internet)
        } else {
            (
                "EXMBX",
                Exposure::Internal,
                options.internet + options.exo_only,
            )
        };
        servers.push(Server {
            name: format!("{prefix}{:02}", n - first + 1),
            role: Role::Mailbox,
            exposure,
            build: options.build,
        });
    }
    for n in 0..options.edge_servers {
        servers.push(Server {
            name: format!("EDGE{:02}", n + 1),
            role: Role::Edge,
            exposure: Exposure::Internal,
            build: options.build,
        });
    }
    let domain = format!("{}.com", options.name);
    Organization::build(&options.name, &domain, options.seed, servers)
}

impl Organization {
    /// All objects of an organization with these servers.
    pub(super) fn build(name: &str, domain: &str, seed: u64, servers: Vec<Server>) -> Self {
        let mut made = Organization::empty(name, domain, seed);
        if let Some(first) = servers.first() {
            made.session.computer = made.fqdn(&first.name);
        }
        made.servers = servers;
        let mut objects = Vec::new();
        for server in &made.servers {
            objects.push(made.exchange_server(server));
        }
        for server in &made.servers {
            objects.push(made.server_version(server));
            if server.role == Role::Mailbox {
                objects.extend(made.directories(server));
                objects.extend(made.role_objects(server));
            }
            objects.extend(made.certificates(server));
        }
        objects.extend(made.organization_objects());
        objects.extend(made.hybrid_objects());
        objects.extend(made.transport_objects());
        objects.extend(made.entra_objects());
        made.objects = objects;
        made
    }

    /// Sets a property of an object on-premises; true where the object is there.
    pub fn set(&mut self, kind: &str, key: &str, property: &'static str, value: Prop) -> bool {
        match self.find_mut(Plane::Onprem, kind, key) {
            Some(object) => {
                object.set(property, value);
                true
            }
            None => false,
        }
    }
}
