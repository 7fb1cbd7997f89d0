//! An invented organization: names, servers, objects; and what all its objects have in common.

use chrono::{DateTime, Duration, TimeZone as _, Utc};

use crate::model::Plane;

use super::object::{Object, Prop, ValueObject};
use super::random::Random;
use super::types;

/// One estate: Exchange servers of one forest and, in hybrid, one tenant.
#[derive(Clone, Debug, PartialEq)]
pub struct Organization {
    /// What a user gives as `--org`: `contoso`.
    pub name: String,
    /// The Exchange organization's name in Active Directory: `Contoso`.
    pub title: String,
    /// The forest root and first mail domain: `contoso.com`.
    pub domain: String,
    /// The tenant's first label: `contoso` of `contoso.onmicrosoft.com`.
    pub tenant: String,
    /// Where all chance comes from.
    pub seed: u64,
    /// Every server, Edge included.
    pub servers: Vec<Server>,
    /// Everything that the cmdlets return, in their order.
    pub objects: Vec<Object>,
    /// What differs between two sessions and is not configuration.
    pub session: Session,
}

/// What an exporting session adds to all objects.
#[derive(Clone, Debug, PartialEq)]
pub struct Session {
    /// The computer that the remote session is on.
    pub computer: String,
    /// The domain controller that answered.
    pub domain_controller: String,
    /// The session's runspace.
    pub runspace: String,
    /// The exporter's offset from UTC in minutes.
    pub offset: i32,
    /// The order of the calls: 0 is the catalog's, any other number another one.
    pub order: u64,
}

/// A server's part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Mailbox role of 2016 and later: mailboxes and client access.
    Mailbox,
    /// Edge Transport: no virtual directories.
    Edge,
}

/// From where a server is reachable. An operator's fact: no cmdlet knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exposure {
    /// Clients from everywhere: locked down to OAuth.
    Internet,
    /// Exchange Online only: migrations and hybrid look-ups.
    ExoOnly,
    /// Nobody from outside.
    Internal,
}

/// One server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server {
    /// Upper-case short name.
    pub name: String,
    /// Its part.
    pub role: Role,
    /// From where it is reachable.
    pub exposure: Exposure,
    /// Its build.
    pub build: Build,
}

/// A build: what `ExSetup.exe` says, and the cumulative update that `AdminDisplayVersion` stays at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Build {
    /// File version of `ExSetup.exe`.
    pub setup: [u32; 4],
    /// Build of the cumulative update that is installed.
    pub update: [u32; 4],
}

impl Build {
    /// Exchange Server 2019 CU15 with the security update of September 2026 (v2) (`exchange-builds.csv`).
    pub const E2019_CU15_SEP26: Build = Build {
        setup: [15, 2, 1748, 53],
        update: [15, 2, 1748, 10],
    };
    /// Exchange Server Subscription Edition RTM with the same month's update (`exchange-builds.csv`).
    pub const SE_RTM_SEP26: Build = Build {
        setup: [15, 2, 2562, 53],
        update: [15, 2, 2562, 17],
    };
    /// The same edition one security update behind (`exchange-builds.csv`).
    pub const SE_RTM_AUG26: Build = Build {
        setup: [15, 2, 2562, 46],
        update: [15, 2, 2562, 17],
    };

    /// `15.2.2562.53`.
    pub fn text(self) -> String {
        let [a, b, c, d] = self.setup;
        format!("{a}.{b}.{c}.{d}")
    }
}

/// Where an object stands in Active Directory, and what class it has there.
pub(super) struct Place<'a> {
    /// Its `Name`.
    pub name: &'a str,
    /// The containers between it and the organization (on-premises) or the tenant's configuration.
    pub path: &'a str,
    /// Schema class, the last of `ObjectClass`.
    pub class: &'static str,
    /// Schema object of `ObjectCategory`.
    pub category: &'static str,
    /// `ExchangeVersion`.
    pub version: (u8, u8, &'static str),
    /// What `ToString()` and `Identity` show.
    pub shown: &'a str,
}

impl Organization {
    /// An organization without servers.
    pub(super) fn empty(name: &str, domain: &str, seed: u64) -> Self {
        let mut title = name.to_owned();
        if let Some(first) = title.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        Organization {
            name: name.to_owned(),
            title,
            domain: domain.to_owned(),
            tenant: name.to_owned(),
            seed,
            servers: Vec::new(),
            objects: Vec::new(),
            session: Session {
                computer: String::new(),
                domain_controller: format!("dc01.{domain}"),
                runspace: Random::named(seed, "runspace").guid(),
                offset: 60,
                order: 0,
            },
        }
    }

    /// The objects of one kind on one plane, in the order of the cmdlet.
    pub fn of_kind<'a>(
        &'a self,
        plane: Plane,
        kind: &'a str,
    ) -> impl Iterator<Item = &'a Object> + 'a {
        self.objects
            .iter()
            .filter(move |object| object.plane == plane && object.kind == kind)
    }

    /// One object by its key.
    pub fn find(&self, plane: Plane, kind: &str, key: &str) -> Option<&Object> {
        self.objects
            .iter()
            .find(|object| object.plane == plane && object.kind == kind && object.key() == key)
    }

    /// The same, to change it.
    pub fn find_mut(&mut self, plane: Plane, kind: &str, key: &str) -> Option<&mut Object> {
        self.objects
            .iter_mut()
            .find(|object| object.plane == plane && object.kind == kind && object.key() == key)
    }

    /// A server by its name.
    pub fn server(&self, name: &str) -> Option<&Server> {
        self.servers.iter().find(|server| server.name == name)
    }

    pub(super) fn fqdn(&self, server: &str) -> String {
        format!("{}.{}", server.to_ascii_lowercase(), self.domain)
    }

    /// The tenant's routing domain.
    pub(super) fn routing_domain(&self) -> String {
        format!("{}.mail.onmicrosoft.com", self.tenant)
    }

    /// `DC=contoso,DC=com`, or the data centre forest's.
    fn root(&self, plane: Plane) -> (String, String) {
        let forest = match plane {
            Plane::Cloud => "EURPR05A010.PROD.OUTLOOK.COM".to_owned(),
            _ => self.domain.clone(),
        };
        let dn: Vec<String> = forest
            .split('.')
            .map(|label| format!("DC={label}"))
            .collect();
        (forest, dn.join(","))
    }

    /// The container that everything of the organization is in.
    fn container(&self, plane: Plane) -> String {
        let (_, root) = self.root(plane);
        match plane {
            Plane::Cloud => format!(
                "CN=Configuration,CN={}.onmicrosoft.com,CN=ConfigurationUnits,{root}",
                self.tenant
            ),
            _ => format!(
                "CN={},CN=Microsoft Exchange,CN=Services,CN=Configuration,{root}",
                self.title
            ),
        }
    }

    /// The distinguished name of a server's container.
    pub(super) fn server_path(&self, server: &str) -> String {
        format!(
            "CN={server},CN=Servers,CN=Exchange Administrative Group (FYDIBOHF23SPDLT),CN=Administrative Groups"
        )
    }

    pub(super) fn distinguished_name(&self, plane: Plane, name: &str, path: &str) -> String {
        let container = self.container(plane);
        match (name, path) {
            ("", "") => container,
            (name, "") => format!("CN={name},{container}"),
            (name, path) => format!("CN={name},{path},{container}"),
        }
    }

    /// An `ADObjectId` as the cmdlets nest it.
    pub(super) fn ad_object_id(&self, plane: Plane, shown: &str, dn: &str, guid: &str) -> Prop {
        let (forest, _) = self.root(plane);
        let parts: Vec<&str> = dn.split(',').collect();
        let name = |part: &str| part.split_once('=').map_or("", |(_, v)| v).to_owned();
        types::object(
            types::AD_OBJECT_ID,
            shown,
            vec![
                ("OrgHierarchyToIgnore", Prop::Null),
                ("IsDeleted", Prop::Bool(false)),
                (
                    "Rdn",
                    Prop::text(parts.first().copied().unwrap_or_default()),
                ),
                (
                    "Parent",
                    Prop::text(parts.get(1).map_or(String::new(), |p| name(p))),
                ),
                ("Depth", Prop::Int(parts.len() as i32 - 1)),
                ("DistinguishedName", Prop::text(dn)),
                ("IsRelativeDn", Prop::Bool(false)),
                ("DomainId", Prop::text(forest.as_str())),
                (
                    "PartitionGuid",
                    Prop::Guid(Random::named(self.seed, "partition").guid()),
                ),
                ("PartitionFQDN", Prop::text(forest.as_str())),
                ("ObjectGuid", Prop::Guid(guid.to_owned())),
                (
                    "Name",
                    Prop::text(parts.first().map_or(String::new(), |p| name(p))),
                ),
            ],
            1500,
        )
    }

    /// A reference to an object whose GUID the referrer does not show.
    pub(super) fn reference(&self, plane: Plane, shown: &str, dn: &str) -> Prop {
        self.ad_object_id(plane, shown, dn, "00000000-0000-0000-0000-000000000000")
    }

    /// A server as directories refer to it.
    pub(super) fn server_reference(&self, server: &str) -> Prop {
        let (name, path) = self
            .server_path(server)
            .split_once(',')
            .map(|(rdn, rest)| (rdn.trim_start_matches("CN=").to_owned(), rest.to_owned()))
            .unwrap_or_default();
        let dn = self.distinguished_name(Plane::Onprem, &name, &path);
        self.reference(Plane::Onprem, server, &dn)
    }

    /// The stable GUID of a thing.
    pub(super) fn guid(&self, plane: Plane, kind: &str, name: &str) -> String {
        Random::named(self.seed, &format!("{plane}/{kind}/{name}")).guid()
    }

    /// An object in Active Directory: its own properties and what every such object has.
    pub(super) fn directory_object(
        &self,
        kind: &'static str,
        plane: Plane,
        chain: &'static [&'static str],
        own: Vec<(&'static str, Prop)>,
        place: &Place<'_>,
        blob: usize,
    ) -> Object {
        let dn = self.distinguished_name(plane, place.name, place.path);
        let guid = self.guid(plane, kind, place.shown);
        let (forest, root) = self.root(plane);
        let (major, minor, build) = place.version;
        let created = self.moment(kind, place.shown);
        let changed = created + Duration::seconds(90);
        let category = format!("CN={},CN=Schema,CN=Configuration,{root}", place.category);
        let mut properties = own;
        if !properties.iter().any(|(name, _)| *name == "Name") {
            properties.push(("Name", Prop::text(place.name)));
        }
        // Presentation objects show a selection of what Active Directory has.
        if !chain.contains(&types::PRESENTATION) {
            properties.push(("AdminDisplayName", Prop::text("")));
        }
        properties.extend([
            (
                "ExchangeVersion",
                types::object_version(major, minor, build),
            ),
            ("DistinguishedName", Prop::text(dn.as_str())),
            (
                "Identity",
                self.ad_object_id(plane, place.shown, &dn, &guid),
            ),
            ("Guid", Prop::Guid(guid)),
            (
                "ObjectCategory",
                self.ad_object_id(
                    plane,
                    &format!("{forest}/Configuration/Schema/{}", place.category),
                    &category,
                    &self.guid(plane, "schema", place.category),
                ),
            ),
            ("ObjectClass", Prop::strings(["top", place.class])),
        ]);
        properties.extend(dates(created, changed, self.session.offset));
        if plane == Plane::Cloud {
            properties.push((
                "ExchangeObjectId",
                Prop::Guid(self.guid(plane, kind, place.shown)),
            ));
        }
        properties.extend([
            ("OrganizationId", self.organization_id(plane)),
            ("Id", Prop::Same("Identity")),
            (
                "OriginatingServer",
                Prop::text(self.originating_server(plane)),
            ),
            ("IsValid", Prop::Bool(true)),
            ("ObjectState", object_state("Unchanged")),
        ]);
        Object {
            kind,
            plane,
            server: None,
            types: chain,
            to_string: place.shown.to_owned(),
            properties,
            hidden: Vec::new(),
            notes: match plane {
                Plane::Cloud => vec![
                    ("PSComputerName", Prop::text("outlook.office365.com")),
                    ("RunspaceId", Prop::Guid(self.session.runspace.clone())),
                    ("PSShowComputerName", Prop::Bool(false)),
                ],
                _ => self.notes(),
            },
            blob,
        }
    }

    /// What the remote session adds.
    pub(super) fn notes(&self) -> Vec<(&'static str, Prop)> {
        vec![
            ("PSComputerName", Prop::text(self.session.computer.as_str())),
            ("RunspaceId", Prop::Guid(self.session.runspace.clone())),
            ("PSShowComputerName", Prop::Bool(false)),
        ]
    }

    pub(super) fn originating_server(&self, plane: Plane) -> String {
        match plane {
            Plane::Cloud => "AM6PR05A010DC001.EURPR05A010.PROD.OUTLOOK.COM".to_owned(),
            _ => self.session.domain_controller.clone(),
        }
    }

    /// Empty text on-premises, the tenant's path in Exchange Online.
    pub(super) fn organization_id(&self, plane: Plane) -> Prop {
        let (forest, _) = self.root(plane);
        let to_string = match plane {
            Plane::Cloud => format!(
                "{forest}/Microsoft Exchange Hosted Organizations/{t}.onmicrosoft.com - {forest}/ConfigurationUnits/{t}.onmicrosoft.com/Configuration",
                t = self.tenant
            ),
            _ => String::new(),
        };
        Prop::Object(Box::new(ValueObject {
            types: types::ORGANIZATION_ID,
            to_string,
            properties: vec![
                ("OrganizationalUnit", Prop::Null),
                ("ConfigurationUnit", Prop::Null),
                ("IsConsumerOrganization", Prop::Bool(false)),
                ("IdForEventLog", Prop::text("")),
            ],
            blob: 666,
            shared: true,
        }))
    }

    /// When a thing was created: a stable moment in 2024 or 2025.
    pub(super) fn moment(&self, kind: &str, name: &str) -> DateTime<Utc> {
        let mut random = Random::named(self.seed, &format!("created/{kind}/{name}"));
        first_day() + Duration::seconds(random.below(500 * 86_400) as i64)
    }
}

/// `WhenChanged` and its three siblings.
pub(super) fn dates(
    created: DateTime<Utc>,
    changed: DateTime<Utc>,
    offset: i32,
) -> [(&'static str, Prop); 4] {
    [
        ("WhenChanged", Prop::Local(changed, offset)),
        ("WhenCreated", Prop::Local(created, offset)),
        ("WhenChangedUTC", Prop::Utc(changed)),
        ("WhenCreatedUTC", Prop::Utc(created)),
    ]
}

/// `ObjectState`: what the session did with the object, not what it is.
pub(super) fn object_state(name: &'static str) -> Prop {
    let number = match name {
        "Unchanged" => 1,
        "Changed" => 2,
        _ => 0,
    };
    Prop::Enum("Microsoft.Exchange.Data.ObjectState", name, number)
}

pub(super) fn first_day() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2024, 2, 1, 6, 0, 0)
        .single()
        .unwrap_or_default()
}
