//! What a kind declares.

use crate::model::{Plane, Resource, Site, Value};

use super::enums::EnumSpec;

/// One kind of configuration object.
#[derive(Debug)]
pub struct KindSpec {
    /// The cmdlet noun: `MapiVirtualDirectory`.
    pub name: &'static str,
    /// How to read it, one call a plane.
    pub calls: &'static [Call],
    /// Where such objects live.
    pub home: Home,
    /// How the key is built.
    pub key: KeyRule,
    /// Last dotted segments of .NET type names (without `Deserialized.`) that mean this kind.
    pub type_names: &'static [&'static str],
    /// Property names that an untyped object has all of, where it is this kind. Empty: never guessed.
    pub signature: &'static [&'static str],
    /// A property that must contain a text, where the type name alone says too little
    /// (`FileVersionInfo` is any file's).
    pub only_where: Option<(&'static str, &'static str)>,
    /// Properties whose type or class is not what their value shows by itself, in groups.
    pub properties: &'static [&'static [Property]],
    /// Raised when the normalised form of an unchanged object changes.
    pub revision: u32,
    /// The source of the property list.
    pub source: &'static str,
}

impl KindSpec {
    /// The call on a plane, if the kind exists there.
    pub fn call(&self, plane: Plane) -> Option<&'static Call> {
        self.calls.iter().find(|call| call.plane == plane)
    }

    /// The declaration of a property, if it has one. Names compare without case, as PowerShell does.
    pub fn property(&self, name: &str) -> Option<&'static Property> {
        self.declared().find(|p| p.name.eq_ignore_ascii_case(name))
    }

    /// Every declared property.
    pub fn declared(&self) -> impl Iterator<Item = &'static Property> {
        self.properties.iter().flat_map(|group| group.iter())
    }

    /// True for kinds whose objects live on one server each.
    pub fn is_server_bound(&self) -> bool {
        matches!(self.home, Home::Server { .. })
    }

    /// True for kinds that stand for many objects by their numbers alone (mailboxes, users): a list of
    /// them is folded when it is read, and no single object is kept.
    pub fn is_summary(&self) -> bool {
        self.declared().any(|p| matches!(p.ty, Type::Tally))
    }

    /// True where Microsoft Graph answers: names begin with a small letter, whatever tool asked.
    pub fn is_graph(&self) -> bool {
        self.calls.iter().all(|call| call.plane == Plane::Entra)
    }

    /// True where each object names its server by itself and one call answers for all of them.
    pub fn names_its_server(&self) -> bool {
        self.is_server_bound()
            && self.key == KeyRule::Server
            && self.calls.iter().all(|call| call.per == Per::Organization)
    }

    /// True for the virtual directories: they carry `_evidence` and `_site`.
    pub fn is_virtual_directory(&self) -> bool {
        self.application().is_some()
    }

    /// Properties that every whole object of the kind has and nobody picks by hand: an object without any
    /// of them, and without its own type, is a selection. Empty where nothing tells.
    ///
    /// Exchange's cmdlets give these to all that they read from the directory, on-premises and online
    /// (every such object in public exports has both); certificates, file versions, Graph's objects
    /// and what the wizard derives are read from elsewhere.
    pub fn marks_of_a_whole(&self) -> &'static [&'static str] {
        let mut calls = self.calls.iter();
        let is_of_the_directory =
            calls.all(|call| matches!(call.plane, Plane::Onprem | Plane::Cloud));
        let is_derived = matches!(
            self.name,
            "ExchangeCertificate" | "IntraOrganizationConfiguration"
        );
        match is_of_the_directory && !is_derived && !self.is_summary() {
            true => &["ObjectState", "IsValid"],
            false => &[],
        }
    }

    /// Of a virtual directory, the application of IIS that Setup makes for it, which begins its name and
    /// ends its metabase path: `EWS` of `EWS (Default Web Site)` and `IIS://EX01/W3SVC/1/ROOT/EWS`.
    pub fn application(&self) -> Option<&'static str> {
        match self.key {
            KeyRule::Directory(application) => Some(application),
            _ => None,
        }
    }

    /// Front end or back end, from the key of a virtual directory or of an application of IIS:
    /// everything but `Exchange Back End` is a front end (an additional front-end site is legitimate).
    pub fn site(&self, key: &str) -> Option<Site> {
        let key = key.to_ascii_lowercase();
        let backend = match self.key {
            KeyRule::Directory(_) => key.contains("(exchange back end)"),
            KeyRule::WebApplication => key.contains("\\exchange back end/"),
            _ => return None,
        };
        Some(if backend {
            Site::Backend
        } else {
            Site::Frontend
        })
    }
}

/// One cmdlet call that reads a kind.
#[derive(Debug)]
pub struct Call {
    /// The plane that it reads.
    pub plane: Plane,
    /// `Get-MapiVirtualDirectory`. Host facts that no cmdlet gives have a name of ours
    /// (`Get-ExSetupVersion`) and a script block in the export script.
    pub cmdlet: &'static str,
    /// Fixed arguments, written as PowerShell.
    pub arguments: &'static str,
    /// Once a server, or once for the organization.
    pub per: Per,
}

/// How often a call is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Per {
    /// Once; the answer is the whole kind.
    Organization,
    /// Once a server, as `-Server NAME`.
    Server,
    /// Once a server, in a session on that server (or of this computer).
    Host,
}

/// Where the objects of a kind live.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Home {
    /// In the organization.
    Organization,
    /// On each server that has one of these roles.
    Server {
        /// Which servers are expected to carry it.
        roles: Roles,
    },
}

/// Which servers are expected to carry a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Roles {
    /// Every server, Edge Transport included.
    Any,
    /// Every server but Edge Transport.
    NotEdge,
    /// Servers with client access: 2013 servers with the Client Access role and every Mailbox server
    /// of 2016 and later. Edge carries no virtual directories, a 2013 server with the Mailbox role
    /// alone no front end (controls catalogue, section 0.3 rules 4 and 7).
    ClientAccess,
    /// Servers with the Mailbox role: every server of 2016 and later but Edge.
    Mailbox,
}

impl Roles {
    /// The properties of an `ExchangeServer` that [`Roles::carried_by`] looks at.
    pub const DECIDED_BY: [&str; 5] = [
        "ServerRole",
        "IsEdgeServer",
        "IsClientAccessServer",
        "IsMailboxServer",
        "AdminDisplayVersion",
    ];

    /// True where a server is expected to carry such a kind, by its `ExchangeServer` resource. In doubt
    /// it is, so that a gap is not overlooked.
    pub fn carried_by(self, server: &Resource) -> bool {
        let flag = |name: &str| server.properties.get(name).and_then(Value::as_bool);
        let text = |name: &str| {
            server
                .properties
                .get(name)
                .and_then(Value::as_text)
                .unwrap_or_default()
        };
        let role = text("ServerRole");
        let edge = flag("IsEdgeServer").unwrap_or_else(|| role.contains("Edge"));
        match self {
            Roles::Any => true,
            Roles::NotEdge => !edge,
            Roles::ClientAccess => {
                let client_access =
                    flag("IsClientAccessServer").unwrap_or_else(|| role.contains("ClientAccess"));
                let mailbox = flag("IsMailboxServer").unwrap_or_else(|| role.contains("Mailbox"));
                // Before 2016 the Mailbox role alone has no front end.
                let version = text("AdminDisplayVersion");
                let split_roles = version.starts_with("15.0.") || version.starts_with("14.");
                !edge && (client_access || !mailbox || !split_roles)
            }
            Roles::Mailbox => {
                let mailbox = flag("IsMailboxServer").unwrap_or_else(|| role.contains("Mailbox"));
                let client_access =
                    flag("IsClientAccessServer").unwrap_or_else(|| role.contains("ClientAccess"));
                !edge && (mailbox || !client_access)
            }
        }
    }
}

/// How the key of a resource is built. Only values that every export format carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyRule {
    /// Server + directory name + web site: `EX01\EWS (Default Web Site)`, of this application of IIS.
    Directory(&'static str),
    /// Server + web site + path: `EX01\Default Web Site/EWS`; the site itself is `EX01\Default Web Site/`.
    WebApplication,
    /// The `Name` property.
    Name,
    /// The upper-case server name.
    Server,
    /// The server and the thumbprint: `EX01\0123...`.
    ServerThumbprint,
    /// Server and `Name`: `EX01\Default EX01`.
    ServerAndName,
    /// This property, which is unique in the organization (`appId`).
    Property(&'static str),
    /// One object an organization: the kind's name.
    Singleton,
}

/// A property that needs more than its own looks.
#[derive(Debug)]
pub struct Property {
    /// Exchange's name.
    pub name: &'static str,
    /// Its type.
    pub ty: Type,
    /// What happens to it.
    pub class: Class,
    /// Answered from the IIS metabase: unknown on a directory that was read with `-ADPropertiesOnly`.
    pub metabase: bool,
    /// What `$null` means.
    pub blank: Blank,
    /// The build that has it first, where older ones lack it: `15.1.1591.10`.
    pub since: Option<&'static str>,
}

/// What a `$null` says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blank {
    /// Not an answer: policies report `null_value`.
    Unknown,
    /// Nothing is set, which is an answer (`ExternalUrl`, `AppOnlyPermissions`).
    Unset,
}

/// What happens to a property.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Compared, digested, judged.
    Content,
    /// Kept apart: offered to policies as `_observed`, never compared.
    Observed,
    /// Carries nothing: left out.
    Dropped,
    /// Never stored; only its presence.
    Secret,
}

/// The type of a property, which decides its canonical form.
#[derive(Clone, Copy, Debug)]
pub enum Type {
    /// By the value's own type and shape.
    Inferred,
    /// Names and values. Text shows the names alone, which is not the value.
    Map,
    /// `True`, `False`.
    Bool,
    /// A whole number.
    Int,
    /// Text as it stands.
    Text,
    /// Text whose case means nothing, kept in lower case (`SmtpDomain`, host names).
    LowerText,
    /// Text whose case means nothing, kept in upper case (thumbprints).
    UpperText,
    /// One member of an enumeration, in its canonical spelling.
    Enum(&'static EnumSpec),
    /// Any of an enumeration's flags: a sorted list of canonical names, empty for none of them.
    Flags(&'static EnumSpec),
    /// An X.509 certificate: the public facts of its DER bytes, under Exchange's names for them.
    Certificate,
    /// How many objects have which value: value -> count. Never a list of the objects.
    Tally,
    /// Named values, of which these alone are kept.
    Record(&'static [Property]),
    /// Bytes that name a certificate: upper-case hex (`customKeyIdentifier`).
    KeyIdentifier,
    /// Bytes, or `Unlimited`.
    Size,
    /// A count, or `Unlimited`.
    Limit,
    /// Seconds, or `Unlimited`.
    Span,
    /// UTC, RFC 3339; year 1 (.NET's unset) is null.
    Date,
    /// Lower case, no braces.
    Guid,
    /// Host in lower case, without default port.
    Url,
    /// `15.2.986.5`, from `Version 15.2 (Build 986.5)` and from parts.
    ServerVersion,
    /// An `ADObjectId`, as its `ToString` shows it.
    AdObject,
    /// An `ADObjectId` that prints its name alone (policies, address lists).
    AdName,
    /// An `ADObjectId` of a server: the upper-case short name.
    ServerName,
    /// A multi-valued property without order.
    Set(&'static Type),
    /// A list whose order matters.
    Ordered(&'static Type),
}

/// Starts a property declaration: content, inferred type, null is unknown.
pub const fn property(name: &'static str) -> Property {
    Property {
        name,
        ty: Type::Inferred,
        class: Class::Content,
        metabase: false,
        blank: Blank::Unknown,
        since: None,
    }
}

impl Property {
    /// A flag.
    pub const fn bool(mut self) -> Self {
        self.ty = Type::Bool;
        self
    }

    /// Another type.
    pub const fn ty(mut self, ty: Type) -> Self {
        self.ty = ty;
        self
    }

    /// Answered from the IIS metabase.
    pub const fn metabase(mut self) -> Self {
        self.metabase = true;
        self
    }

    /// `$null` means that nothing is set.
    pub const fn unset(mut self) -> Self {
        self.blank = Blank::Unset;
        self
    }

    /// Kept apart from configuration.
    pub const fn observed(mut self) -> Self {
        self.class = Class::Observed;
        self
    }

    /// Left out.
    pub const fn dropped(mut self) -> Self {
        self.class = Class::Dropped;
        self
    }

    /// Never stored.
    pub const fn secret(mut self) -> Self {
        self.class = Class::Secret;
        self
    }

    /// Absent on builds before this one.
    pub const fn since(mut self, build: &'static str) -> Self {
        self.since = Some(build);
        self
    }
}
