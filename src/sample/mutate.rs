//! Known changes: an organization changes in ways that are written down as they are made.

use std::collections::BTreeSet;

use crate::catalog::{self, Blank, Class};
use crate::model::{Op, Plane, Value};

use super::estate::{Organization, Role};
use super::object::{Object, Prop};
use super::random::Random;
use super::types;

/// One difference that a correct program must find, once, under these words.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct KnownChange {
    /// Plane of the resource.
    pub plane: Plane,
    /// Its kind.
    pub kind: &'static str,
    /// Its key after the change (before it, where it was removed).
    pub key: String,
    /// The property; `None` for a whole resource.
    pub property: Option<&'static str>,
    /// What happened.
    pub op: KnownOp,
    /// The key before a rename.
    pub before_key: Option<String>,
    /// The canonical value before: `None` where it was absent. Of a rename the `Name`, of a recreated
    /// resource the `Guid`. Always `None` for added and removed resources.
    pub before: Option<Value>,
    /// The same after.
    pub after: Option<Value>,
}

/// [`Op`] with an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum KnownOp {
    /// A resource is new.
    Added,
    /// A resource is gone.
    Removed,
    /// Same Guid, other key.
    Renamed,
    /// Same key, other Guid.
    Recreated,
    /// A property differs.
    Changed,
}

impl From<KnownOp> for Op {
    fn from(op: KnownOp) -> Op {
        match op {
            KnownOp::Added => Op::Added,
            KnownOp::Removed => Op::Removed,
            KnownOp::Renamed => Op::Renamed,
            KnownOp::Recreated => Op::Recreated,
            KnownOp::Changed => Op::Changed,
        }
    }
}

/// Makes up to `n` changes (fewer only where the organization is too small for so many), no two of one
/// property or resource, and tells them in order.
///
/// Flags, numbers and enumerations turn; lists gain or lose a member; addresses move, appear and vanish;
/// properties come and go as between builds; resources are added, removed, renamed and made again.
pub fn mutate(organization: &mut Organization, n: usize, seed: u64) -> Vec<KnownChange> {
    let mut mutation = Mutation {
        random: Random::named(seed, "mutate"),
        whole: BTreeSet::new(),
        touched: BTreeSet::new(),
        serial: 0,
    };
    let mut changes = Vec::with_capacity(n);
    for _ in 0..n.saturating_mul(40) {
        if changes.len() == n {
            break;
        }
        changes.extend(mutation.once(organization));
    }
    changes.sort();
    changes
}

/// A resource's plane, kind and key.
type Id = (Plane, &'static str, String);

struct Mutation {
    random: Random,
    /// Resources that were changed as a whole.
    whole: BTreeSet<Id>,
    /// Resources and their properties that were changed.
    touched: BTreeSet<(Id, &'static str)>,
    serial: usize,
}

fn id(object: &Object) -> Id {
    (object.plane, object.kind, object.key())
}

impl Mutation {
    fn once(&mut self, organization: &mut Organization) -> Option<KnownChange> {
        self.serial += 1;
        match self.random.below(20) {
            0 => self.add(organization),
            1 => self.remove(organization),
            2 => self.rename(organization),
            3 => self.recreate(organization),
            4 => self.appear(organization),
            5 => self.vanish(organization),
            _ => self.change(organization),
        }
    }

    fn is_untouched(&self, id: &Id) -> bool {
        !self.whole.contains(id) && !self.touched.iter().any(|(touched, _)| touched == id)
    }

    /// The place of an untouched object that will do.
    fn choose(
        &mut self,
        organization: &Organization,
        will_do: impl Fn(&Object) -> bool,
    ) -> Option<usize> {
        let all: Vec<usize> = (0..organization.objects.len())
            .filter(|at| will_do(&organization.objects[*at]))
            .collect();
        let at = *self.random.pick(&all)?;
        self.is_untouched(&id(&organization.objects[at]))
            .then_some(at)
    }

    fn add(&mut self, organization: &mut Organization) -> Option<KnownChange> {
        let serial = self.serial;
        let object = match self.random.below(3) {
            0 => {
                let plane = *self.random.pick(&[Plane::Onprem, Plane::Cloud])?;
                organization.accepted_domain(plane, &format!("brand{serial}.example.com"))
            }
            1 => {
                let servers = mailbox_servers(organization);
                let server = organization.server(self.random.pick(&servers)?)?;
                let raw = organization.spare_certificate(server, serial);
                organization.certificate(server, raw, &format!("spare{serial}.example.com"))
            }
            _ => {
                let servers = mailbox_servers(organization);
                let server = organization.server(self.random.pick(&servers)?)?;
                organization.second_ews(server, serial)
            }
        };
        let id = id(&object);
        if !self.is_untouched(&id)
            || organization
                .find(object.plane, object.kind, &id.2)
                .is_some()
        {
            return None;
        }
        organization.objects.push(object);
        Some(self.whole(id, KnownOp::Added))
    }

    fn remove(&mut self, organization: &mut Organization) -> Option<KnownChange> {
        // Never the last of a kind on a server: what nobody sees could be what nobody looked at.
        let at = self.choose(organization, |object| match object.kind {
            "AcceptedDomain" => object.prop("Default") != Some(&Prop::Bool(true)),
            "PartnerApplication" | "OrganizationRelationship" => true,
            "ExchangeCertificate" => object.to_string.contains("Auth Certificate"),
            _ => false,
        })?;
        let id = id(&organization.objects[at]);
        organization.objects.remove(at);
        Some(self.whole(id, KnownOp::Removed))
    }

    fn rename(&mut self, organization: &mut Organization) -> Option<KnownChange> {
        let at = self.choose(organization, |object| {
            matches!(
                object.kind,
                "AuthServer"
                    | "PartnerApplication"
                    | "IntraOrganizationConnector"
                    | "OrganizationRelationship"
                    | "AcceptedDomain"
            )
        })?;
        let old = id(&organization.objects[at]);
        let name = format!("{} (renamed {})", old.2, self.serial);
        let object = &mut organization.objects[at];
        object.to_string.clone_from(&name);
        rename_identity(object, &old.2, &name);
        object.set("Name", Prop::text(name.as_str()));
        let new = id(object);
        self.whole.insert(old.clone());
        let mut change = self.whole(new, KnownOp::Renamed);
        change.before = Some(Value::text(old.2.as_str()));
        change.after = Some(Value::text(name));
        change.before_key = Some(old.2);
        Some(change)
    }

    fn recreate(&mut self, organization: &mut Organization) -> Option<KnownChange> {
        let at = self.choose(organization, |object| {
            object.is_directory()
                || matches!(object.kind, "AcceptedDomain" | "IntraOrganizationConnector")
        })?;
        let guid = self.random.guid();
        let object = &mut organization.objects[at];
        let before = object.prop("Guid").map(Prop::expected);
        object.set("Guid", Prop::Guid(guid.clone()));
        if object.plane == Plane::Cloud {
            object.set("ExchangeObjectId", Prop::Guid(guid.clone()));
        }
        if let Some(Prop::Object(identity)) = property_mut(object, "Identity") {
            for (name, prop) in &mut identity.properties {
                if *name == "ObjectGuid" {
                    *prop = Prop::Guid(guid.clone());
                }
            }
        }
        let id = id(object);
        let mut change = self.whole(id, KnownOp::Recreated);
        change.before = before;
        change.after = Some(Value::text(guid));
        Some(change)
    }

    /// A property that older builds do not have.
    fn appear(&mut self, organization: &mut Organization) -> Option<KnownChange> {
        const NEW: [&str; 4] = [
            "InlinePreviewEnabled",
            "SharedMailboxNoticeEnabled",
            "TemplatesEnabled",
            "FollowUpFlagsEnabled",
        ];
        let name = *self.random.pick(&NEW)?;
        let at = self.random.below(organization.objects.len());
        let object = organization.objects.get_mut(at)?;
        // Graph's names begin with a small letter.
        if !is_open(object) || object.plane == Plane::Entra || object.prop(name).is_some() {
            return None;
        }
        let flag = self.random.below(2) == 1;
        let change = self.property(object, name, None, Some(Value::Bool(flag)))?;
        object.properties.push((name, Prop::Bool(flag)));
        Some(change)
    }

    fn vanish(&mut self, organization: &mut Organization) -> Option<KnownChange> {
        let at = self.random.below(organization.objects.len());
        let object = organization.objects.get_mut(at)?;
        let spec = catalog::find(object.kind)?;
        let names: Vec<&'static str> = object
            .properties
            .iter()
            .filter(|(name, prop)| {
                matches!(prop, Prop::Bool(_) | Prop::Int(_))
                    && is_mutable(object, name)
                    && spec.property(name).is_none()
            })
            .map(|(name, _)| *name)
            .collect();
        let name = *self.random.pick(&names)?;
        let before = object.prop(name).map(Prop::expected);
        let change = self.property(object, name, before, None)?;
        object.remove(name);
        Some(change)
    }

    fn change(&mut self, organization: &mut Organization) -> Option<KnownChange> {
        let at = self.random.below(organization.objects.len());
        let object = organization.objects.get_mut(at)?;
        let names: Vec<&'static str> = object
            .properties
            .iter()
            .filter(|(name, _)| is_mutable(object, name))
            .map(|(name, _)| *name)
            .collect();
        let name = *self.random.pick(&names)?;
        let old = object.prop(name)?.clone();
        let new = self.another(object, name, &old)?;
        let (before, after) = (old.expected(), new.expected());
        if before == after {
            return None;
        }
        let change = self.property(object, name, Some(before), Some(after))?;
        object.set(name, new);
        Some(change)
    }

    /// Another value of the same property, in canonical spelling.
    fn another(&mut self, object: &Object, name: &str, old: &Prop) -> Option<Prop> {
        let serial = self.serial;
        let declared = catalog::find(object.kind).and_then(|spec| spec.property(name));
        let address = || Prop::Uri(format!("https://moved{serial}.example.com/path"));
        let may_be_null = declared.is_some_and(|p| p.blank == Blank::Unset);
        Some(match old {
            // "Basic" in the method lists beside a flag that says no reads as an export from Active
            // Directory alone, which is another story.
            Prop::Bool(true) if is_basic(name) => return None,
            Prop::Bool(flag) => Prop::Bool(!flag),
            Prop::Int(number) => Prop::Int(number + 1 + self.random.below(9) as i32),
            Prop::UInt(number) => Prop::UInt(number + 1 + self.random.below(9) as u32),
            Prop::Uri(_) if may_be_null && self.random.below(2) == 0 => Prop::Null,
            Prop::Uri(_) => address(),
            Prop::Null if is_address(declared) => address(),
            Prop::Text(text) if !text.is_empty() => match declared.map(|p| &p.ty) {
                Some(catalog::Type::Url) => {
                    Prop::text(format!("https://moved{serial}.example.com/path"))
                }
                None | Some(catalog::Type::Text) => Prop::text(format!("{text}-changed{serial}")),
                Some(_) => return None,
            },
            Prop::Enum(ty, member, _) => {
                let (member, number) = other_member(member, ty)?;
                Prop::Enum(ty, member, number)
            }
            Prop::Counts(counts) => {
                let at = self.random.below(counts.len().max(1));
                let mut counts = counts.clone();
                counts.get_mut(at)?.1 += 1 + self.random.below(5) as i32;
                Prop::Counts(counts)
            }
            Prop::List(chain, members) if name == "passwordCredentials" => {
                let mut members = members.clone();
                let from = crate::sample::estate::first_day();
                members.push(Prop::Fields(vec![
                    ("keyId", Prop::Guid(self.random.guid())),
                    ("displayName", Prop::text(format!("secret{serial}"))),
                    ("startDateTime", Prop::Utc(from)),
                    ("endDateTime", Prop::Utc(from + chrono::Duration::days(730))),
                ]));
                Prop::List(chain, members)
            }
            Prop::List(..) if !is_set(declared) => return None,
            Prop::List(chain, members) if *chain == types::METHODS => Prop::List(
                chain,
                self.members(members, |serial| {
                    types::method(["Certificate", "Kerberos", "NegoEx"][serial % 3])
                }),
            ),
            Prop::List(chain, members)
                if *chain == types::STRINGS || *chain == types::STRING_ARRAY =>
            {
                Prop::List(
                    chain,
                    self.members(members, |serial| {
                        Prop::text(format!("added{serial}.example.com"))
                    }),
                )
            }
            Prop::List(chain, members) if *chain == types::SMTP_DOMAINS => Prop::List(
                chain,
                self.members(members, |serial| {
                    types::smtp_domain(&format!("added{serial}.example.com"))
                }),
            ),
            _ => return None,
        })
    }

    /// The list with a member more or a member less.
    fn members(&mut self, members: &[Prop], new: impl Fn(usize) -> Prop) -> Vec<Prop> {
        let mut members = members.to_vec();
        if members.len() > 1 && self.random.below(2) == 0 {
            members.remove(self.random.below(members.len()));
        } else {
            let member = new(self.serial);
            if !members.contains(&member) {
                members.insert(self.random.below(members.len() + 1), member);
            }
        }
        members
    }

    fn whole(&mut self, id: Id, op: KnownOp) -> KnownChange {
        self.whole.insert(id.clone());
        let (plane, kind, key) = id;
        KnownChange {
            plane,
            kind,
            key,
            property: None,
            op,
            before_key: None,
            before: None,
            after: None,
        }
    }

    /// Notes a change of a property, where nothing else has touched it.
    fn property(
        &mut self,
        object: &Object,
        name: &'static str,
        before: Option<Value>,
        after: Option<Value>,
    ) -> Option<KnownChange> {
        let id = id(object);
        if self.whole.contains(&id) || !self.touched.insert((id.clone(), name)) {
            return None;
        }
        let (plane, kind, key) = id;
        Some(KnownChange {
            plane,
            kind,
            key,
            property: Some(name),
            op: KnownOp::Changed,
            before_key: None,
            before,
            after,
        })
    }
}

fn mailbox_servers(organization: &Organization) -> Vec<String> {
    organization
        .servers
        .iter()
        .filter(|server| server.role == Role::Mailbox)
        .map(|server| server.name.clone())
        .collect()
}

fn property_mut<'a>(object: &'a mut Object, name: &str) -> Option<&'a mut Prop> {
    let found = object.properties.iter_mut().find(|(n, _)| *n == name)?;
    Some(&mut found.1)
}

/// The new name in the identity and the distinguished name, as Active Directory would have it.
fn rename_identity(object: &mut Object, old: &str, new: &str) {
    let swap = |text: &str| text.replacen(&format!("CN={old}"), &format!("CN={new}"), 1);
    if let Some(Prop::Text(dn)) = property_mut(object, "DistinguishedName") {
        *dn = swap(dn);
    }
    if let Some(Prop::Object(identity)) = property_mut(object, "Identity") {
        identity.to_string = new.to_owned();
        for (name, prop) in &mut identity.properties {
            match (*name, prop) {
                ("DistinguishedName" | "Rdn", Prop::Text(text)) => *text = swap(text),
                ("Name", Prop::Text(text)) => *text = new.to_owned(),
                _ => {}
            }
        }
    }
}

/// Objects whose properties are their own: a certificate's follow from its bytes, a build's from the file.
fn is_open(object: &Object) -> bool {
    !matches!(object.kind, "ExchangeCertificate" | "ServerVersion")
}

/// What makes the key, the place or the expected set; changing it says more than one thing.
const FIXED: [&str; 19] = [
    "Identity",
    "appId",
    "Name",
    "Server",
    "ServerName",
    "Path",
    "MetabasePath",
    "Guid",
    "Fqdn",
    "Domain",
    "DomainName",
    "ServerRole",
    "AdminDisplayVersion",
    "NetworkAddress",
    "WebSite",
    "WebsiteName",
    "VirtualDirectoryName",
    "DisplayName",
    "Default",
];

fn is_mutable(object: &Object, name: &str) -> bool {
    let declared = catalog::find(object.kind).and_then(|spec| spec.property(name));
    is_open(object)
        && !FIXED.contains(&name)
        && !(object.kind == "ExchangeServer" && name.starts_with("Is"))
        && declared.is_none_or(|p| p.class == Class::Content)
        && catalog::common_class(name).is_none()
        && (declared.is_some() || !catalog::is_secret_name(name))
}

fn is_basic(name: &str) -> bool {
    matches!(
        name,
        "BasicAuthentication" | "BasicAuthEnabled" | "FormsAuthentication"
    )
}

fn is_address(declared: Option<&catalog::Property>) -> bool {
    declared.is_some_and(|p| matches!(p.ty, catalog::Type::Url))
}

/// Declared as a set, or not at all.
fn is_set(declared: Option<&catalog::Property>) -> bool {
    declared.is_none_or(|p| matches!(p.ty, catalog::Type::Set(_) | catalog::Type::Inferred))
}

/// A member that a person could choose instead.
fn other_member(member: &str, ty: &str) -> Option<(&'static str, i32)> {
    Some(match (ty.rsplit('.').next()?, member) {
        ("GzipLevel", "High") => ("Low", 1),
        ("GzipLevel", _) => ("High", 2),
        ("ExtendedProtectionTokenCheckingMode", "None") => ("Require", 2),
        ("ExtendedProtectionTokenCheckingMode", _) => ("None", 0),
        ("LogonFormats", "FullDomain") => ("UserName", 2),
        ("LogonFormats", _) => ("FullDomain", 0),
        ("ClientCertAuthTypes", "Ignore") => ("Required", 2),
        ("ClientCertAuthTypes", _) => ("Ignore", 0),
        ("AcceptedDomainType", "Authoritative") => ("InternalRelay", 2),
        ("AcceptedDomainType", _) => ("Authoritative", 0),
        ("PermissionGroups", "ExchangeUsers") => ("AnonymousUsers, ExchangeUsers", 3),
        ("PermissionGroups", _) => ("ExchangeUsers", 2),
        ("AuthMechanisms", "Tls") => ("Tls, ExchangeServer", 17),
        ("AuthMechanisms", _) => ("Tls", 1),
        ("ProtocolLoggingLevel", "None") => ("Verbose", 1),
        ("ProtocolLoggingLevel", _) => ("None", 0),
        ("TlsAuthLevel", "DomainValidation") => ("EncryptionOnly", 0),
        ("TlsAuthLevel", _) => ("DomainValidation", 2),
        _ => return None,
    })
}
