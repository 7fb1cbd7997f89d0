//! What an exported object is: its kind, plane, server and key, or what was missing to tell.

use super::format::{self, iis::File};
use crate::catalog::{self, KINDS, KeyRule, KindSpec, Per};
use crate::model::{Evidence, OTHER_PROPERTIES, Plane, Properties, Reason, ResourceId, Value};
use crate::normalise::{self, Normalised, server_name};
use crate::protocol::format_list::is_damaged;
use crate::protocol::{Content, Document, ObjId, PsObject, PsValue};

use super::fold;
use super::page::{self, Page};

/// Where one file's objects come from, as far as the user or a record says so.
#[derive(Clone, Debug, Default)]
pub(super) struct Told {
    /// `--kind`, or the record's.
    pub kind: Option<&'static KindSpec>,
    /// The record's, or `--plane`.
    pub plane: Option<Plane>,
    /// The record's, or `--server`.
    pub server: Option<String>,
    /// How many objects the record says the file holds.
    pub count: Option<u64>,
    /// True where a record says that the call asked IIS (never with `-ADPropertiesOnly`).
    pub asked_iis: bool,
}

/// An object that has a kind and a plane; its server may still need the list of servers.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    pub spec: &'static KindSpec,
    pub plane: Plane,
    /// Told, or the object's own word.
    pub server: Option<String>,
    /// The object's own word is the computer of the session alone, which need not be the server that was
    /// asked (`Get-ExchangeCertificate -Server`): a folder with a server's name knows better.
    pub is_session: bool,
    pub evidence: Option<Evidence>,
    pub normalised: Normalised,
    pub source: usize,
}

/// What was missing.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Unplaced {
    pub type_name: String,
    pub missing: String,
    pub plane: Option<Plane>,
    /// Its kind, where that much is known: the kind is then not all there.
    pub kind: Option<&'static str>,
}

/// The kind that a file's name suggests: `Get-OwaVirtualDirectory.xml`, `GetOwaVirtualDirectory1.xml`,
/// `OwaVirtualDirectory.EX01.json`.
pub(super) fn kind_of_name(name: &str) -> Option<&'static KindSpec> {
    if matches!(format::iis::file(name), Some(File::Host | File::Web)) {
        return catalog::find("IisApplication");
    }
    let lower = name.to_ascii_lowercase();
    let stem = lower.strip_prefix("get").map_or(lower.as_str(), |rest| {
        rest.strip_prefix('-').unwrap_or(rest)
    });
    let end = stem
        .find(|c: char| !c.is_ascii_alphabetic())
        .unwrap_or(stem.len());
    let noun = &stem[..end];
    // `Get-ServicePrincipal` is Exchange Online's own cmdlet, and its objects are others than Graph's.
    if noun == "serviceprincipal" && stem.len() < lower.len() {
        return None;
    }
    catalog::named(noun)
        .or_else(|| catalog::named(noun.strip_suffix('s')?).filter(|spec| spec.is_graph()))
        .or_else(|| {
            (noun == "exsetup")
                .then(|| catalog::find("ServerVersion"))
                .flatten()
        })
}

/// What is said of an error record among a file's objects.
pub(super) const STREAM_ERROR: &str = "it is an error of the cmdlet";

/// Every object of a document that could be a resource: roots, the members of arrays at the root, and
/// those of Graph's pages, each with the kind that its page names.
pub(super) struct TopObjects {
    pub objects: Vec<(ObjId, Option<&'static KindSpec>)>,
    pub rest: Vec<Unplaced>,
    pub pages: Vec<Page>,
}

/// See [`TopObjects`].
pub(super) fn top_objects(document: &Document<'_>) -> TopObjects {
    let mut objects = Vec::new();
    let mut rest = Vec::new();
    let mut pages = Vec::new();
    let mut stack: Vec<_> = document
        .roots
        .iter()
        .rev()
        .map(|root| (&root.value, 0, root.stream.as_deref(), None))
        .collect();
    while let Some((value, depth, stream, kind)) = stack.pop() {
        let unplaced = |type_name: &str| Unplaced {
            type_name: match stream {
                Some(stream) => format!("{type_name} (stream {stream})"),
                None => type_name.to_owned(),
            },
            missing: match stream {
                Some("error") => STREAM_ERROR.to_owned(),
                _ => "kind".to_owned(),
            },
            plane: None,
            kind: None,
        };
        if value.is_nil() {
            continue;
        }
        let PsValue::Object(id) = value else {
            rest.push(unplaced("(scalar)"));
            continue;
        };
        let object = document.object(*id);
        if let Some((members, page)) = page::members(document, object).filter(|_| depth < 3) {
            let kind = page.kind.or(kind);
            pages.push(page);
            stack.extend(
                members
                    .iter()
                    .rev()
                    .map(|member| (member, depth + 1, stream, kind)),
            );
            continue;
        }
        match &object.content {
            Content::List(_, members) if depth < 3 && !document_has_facts(object) => {
                stack.extend(
                    members
                        .iter()
                        .rev()
                        .map(|member| (member, depth + 1, stream, kind)),
                );
            }
            _ if stream.is_some() => {
                rest.push(unplaced(document.type_name(object).unwrap_or("(untyped)")));
            }
            _ => objects.push((*id, kind)),
        }
    }
    TopObjects {
        objects,
        rest,
        pages,
    }
}

/// A collection with properties of its own is an object that happens to be enumerable.
fn document_has_facts(object: &PsObject<'_>) -> bool {
    object.props.len() > 4
}

/// Places one object as far as it and what was told about its file allow.
pub(super) fn place(
    document: &Document<'_>,
    object: &PsObject<'_>,
    told: &Told,
    hint: Option<&'static KindSpec>,
    folder_plane: Option<Plane>,
    source: usize,
) -> Result<Candidate, Unplaced> {
    let full = document.type_name(object).unwrap_or("(untyped)");
    let unplaced = |missing: &str, plane: Option<Plane>| Unplaced {
        type_name: full.to_owned(),
        missing: missing.to_owned(),
        plane,
        kind: None,
    };
    let spec = told
        .kind
        .or_else(|| kind_of_object(document, object, hint))
        .ok_or_else(|| unplaced("kind", told.plane.or(folder_plane)))?;
    let mut normalised = normalise::object(document, object, spec);
    let identity = spec
        .is_virtual_directory()
        .then(|| server_identity(document, object))
        .flatten();
    if let Some((_, name)) = &identity {
        // A selection of properties often has the one that says both.
        normalised
            .properties
            .entry("Name".to_owned())
            .or_insert_with(|| Value::text(name.as_str()));
    }
    let plane =
        plane(document, object, spec, told, folder_plane, &normalised).ok_or_else(|| Unplaced {
            kind: Some(spec.name),
            ..unplaced("plane", None)
        })?;
    if spec.call(plane).is_none() {
        return Err(unplaced(
            &format!("{} is not read on the plane {plane}", spec.name),
            Some(plane),
        ));
    }
    let own = own_server(document, object, spec, &normalised);
    let told_server = told.server.as_deref().map(server_name);
    let is_session = told_server.is_none()
        && spec.key == KeyRule::ServerThumbprint
        && matches!(own, Some(Own::Session(_)));
    let own = own.map(|own| match own {
        Own::Says(server) | Own::Session(server) => server,
    });
    // A list of all servers says of each object whose it is; nobody else can.
    let server = match spec.names_its_server() {
        true => own.or(told_server),
        false => told_server.or(own),
    };
    // A mailbox or a user: its numbers alone go on from here.
    let mut normalised = match fold::is_single(spec, document, object) {
        true => fold::single(document, object, spec),
        false => normalised,
    };
    let evidence = spec
        .is_virtual_directory()
        .then(|| evidence(object, told.asked_iis, &normalised));
    if is_cut_down(document, object, spec) {
        leave_open(&mut normalised);
    }
    Ok(Candidate {
        spec,
        plane,
        server,
        is_session,
        evidence,
        normalised,
        source,
    })
}

/// `Select-Object`, `Format-List` of some properties, JSON of either: what is absent was not picked.
fn is_cut_down(document: &Document<'_>, object: &PsObject<'_>, spec: &KindSpec) -> bool {
    let full = document.type_name(object).unwrap_or_default();
    let may_be = full.starts_with("Selected.") || says_nothing(normalise::last_segment(full));
    let marks = spec.marks_of_a_whole();
    may_be && !marks.is_empty() && marks.iter().all(|mark| object.get(mark).is_none())
}

/// What is absent was not seen to be absent.
pub(super) fn leave_open(normalised: &mut Normalised) {
    let left_out = Value::undecided(Reason::NotExported, None);
    let properties = &mut normalised.properties;
    properties
        .entry(OTHER_PROPERTIES.to_owned())
        .or_insert(left_out);
}

/// A type that many kinds of objects have.
fn says_nothing(name: &str) -> bool {
    matches!(
        name,
        "" | "PSCustomObject" | "PSObject" | "Object" | "Hashtable" | "OrderedDictionary"
    )
}

fn kind_of_object(
    document: &Document<'_>,
    object: &PsObject<'_>,
    hint: Option<&'static KindSpec>,
) -> Option<&'static KindSpec> {
    let full = document.type_name(object).unwrap_or_default();
    let full = full.strip_prefix("Selected.").unwrap_or(full);
    let name = normalise::last_segment(full);
    let fits = |spec: &&'static KindSpec| match spec.only_where {
        None => true,
        Some((property, part)) => {
            object
                .get(property)
                .and_then(PsValue::as_str)
                .is_some_and(|text| {
                    text.to_ascii_lowercase()
                        .contains(&part.to_ascii_lowercase())
                })
        }
    };
    if let Some(spec) = KINDS
        .iter()
        .copied()
        .find(|spec| spec.type_names.contains(&name) && fits(spec))
    {
        return Some(spec);
    }
    // A type that says what it is, and is none of ours, is no matter for guessing.
    if !says_nothing(name) {
        return None;
    }
    // Whatever was left out of a directory, its path or its name says which one it is.
    if let Some(directory) = directory_kind(document, object) {
        return Some(directory);
    }
    // One kind's signature may be part of another's (MAPI's of Outlook Anywhere's): the file's name
    // decides among those that fit, else the kind that knows most of the object's properties.
    let knows = |spec: &&'static KindSpec| {
        spec.declared()
            .filter(|p| object.get(p.name).is_some())
            .count()
    };
    let fitting: Vec<_> = KINDS
        .iter()
        .copied()
        .filter(fits)
        .filter(|spec| {
            !spec.signature.is_empty()
                && spec.signature.iter().all(|name| object.get(name).is_some())
        })
        .collect();
    let signed = hint
        .filter(|hint| fitting.iter().any(|spec| spec.name == hint.name))
        .or_else(|| fitting.iter().copied().max_by_key(knows));
    // Cut down to some properties, an object may keep another kind's signature and lose its own: what the
    // file's name says counts where that kind knows more of what is left.
    let signed = match (signed, hint.filter(fits)) {
        (Some(other), Some(named)) if knows(&named) > knows(&other) => Some(named),
        (signed, _) => signed,
    };
    // The file's name is a hint, and the object must look a little like it: people publish a cmdlet's
    // answer cut down to three properties.
    signed.or_else(|| {
        let is_object = ["Name", "Identity", "Guid"]
            .iter()
            .any(|name| object.get(name).is_some());
        hint.filter(fits)
            .filter(|spec| is_object || spec.declared().any(|p| object.get(p.name).is_some()))
    })
}

/// The first that decides: told (record, `--plane`), a folder's name, the content.
fn plane(
    document: &Document<'_>,
    object: &PsObject<'_>,
    spec: &KindSpec,
    told: &Told,
    folder_plane: Option<Plane>,
    normalised: &Normalised,
) -> Option<Plane> {
    if let Some(plane) = told.plane.or(folder_plane) {
        return Some(plane);
    }
    let online = ["OriginatingServer", "DistinguishedName"]
        .iter()
        .any(|name| {
            normalised
                .observed
                .get(*name)
                .and_then(Value::as_text)
                .is_some_and(|text| {
                    let lower = text.to_ascii_lowercase();
                    lower.contains(".outlook.com") || lower.contains("dc=outlook,dc=com")
                })
        });
    if online {
        return Some(Plane::Cloud);
    }
    let organization_is_empty = match object.get("OrganizationId") {
        Some(PsValue::Text(text)) => text.is_empty(),
        Some(value) => document
            .as_object(value)
            .is_some_and(|id| id.to_string.as_deref() == Some("")),
        None => false,
    };
    if organization_is_empty && spec.call(Plane::Onprem).is_some() {
        return Some(Plane::Onprem);
    }
    // A kind that exists on one plane only needs no more evidence.
    match spec.calls {
        [only] => Some(only.plane),
        _ => None,
    }
}

/// What an object says of its server.
enum Own {
    /// The object names it.
    Says(String),
    /// Only the computer of the session is known, of a kind that is local to it.
    Session(String),
}

/// What the object itself says of its server: its name, the server's properties, the metabase path, its
/// identity or its place in the directory; else the session's computer where the kind is local to that.
fn own_server(
    document: &Document<'_>,
    object: &PsObject<'_>,
    spec: &KindSpec,
    normalised: &Normalised,
) -> Option<Own> {
    if !spec.is_server_bound() {
        return None;
    }
    let text = |name: &str| {
        let value = normalised.properties.get(name).and_then(Value::as_text);
        value.filter(|text| !text.is_empty())
    };
    let said = if spec.names_its_server() {
        let identity = || printed(document, object, "Identity").filter(|text| !text.contains('\\'));
        text("Name")
            .or_else(identity)
            .or_else(|| text("Fqdn"))
            .map(server_name)
    } else {
        let by_property = text("Server")
            .or_else(|| text("ServerName"))
            .map(server_name);
        by_property
            .or_else(|| text("MetabasePath").and_then(server_of_metabase))
            .or_else(|| {
                let (server, rest) = server_identity(document, object)?;
                let is_key = spec.key != KeyRule::ServerThumbprint || is_thumbprint(&rest);
                is_key.then(|| server_name(&server))
            })
    };
    let by_place = || printed(document, object, "DistinguishedName").and_then(server_of_place);
    if let Some(server) = said.or_else(by_place) {
        return Some(Own::Says(server));
    }
    let local = spec.key == KeyRule::ServerThumbprint
        || spec.calls.iter().any(|call| call.per == Per::Host);
    let computer = object
        .get("PSComputerName")
        .and_then(|value| document.scalar(value))?;
    let computer = computer.as_str().filter(|name| is_sound(name))?;
    (local && !computer.eq_ignore_ascii_case("localhost"))
        .then(|| Own::Session(server_name(computer)))
}

/// `IIS://EX01.contoso.com/W3SVC/1/ROOT/EWS`
fn server_of_metabase(path: &str) -> Option<String> {
    let host = path.strip_prefix("IIS://")?.split('/').next()?;
    (!host.is_empty()).then(|| server_name(host))
}

/// `CN=EWS (Default Web Site),CN=HTTP,CN=Protocols,CN=EX01,CN=Servers,CN=...`
fn server_of_place(distinguished_name: &str) -> Option<String> {
    let (before, _) = distinguished_name.split_once(",CN=Servers,")?;
    let name = before.rsplit(',').next()?.strip_prefix("CN=")?;
    (!name.is_empty()).then(|| server_name(name))
}

fn is_thumbprint(text: &str) -> bool {
    text.len() == 40 && text.bytes().all(|b| b.is_ascii_hexdigit())
}

/// The text that a property is or prints as.
fn printed<'t>(
    document: &'t Document<'_>,
    object: &'t PsObject<'_>,
    name: &str,
) -> Option<&'t str> {
    let value = object.get(name)?;
    let text = match document.as_object(value) {
        Some(printed) => printed.to_string.as_deref()?,
        None => value.as_str()?,
    };
    is_sound(text).then_some(text)
}

/// The kind of a directory by the end of its metabase path (`IIS://EX01/W3SVC/1/ROOT/EWS`), else by the
/// word before the web site in its name (`EWS (Default Web Site)`).
fn directory_kind(document: &Document<'_>, object: &PsObject<'_>) -> Option<&'static KindSpec> {
    let of = |application: &str| {
        let mut kinds = KINDS.iter().copied();
        kinds.find(|spec| {
            let own = spec.application();
            own.is_some_and(|own| own.eq_ignore_ascii_case(application))
        })
    };
    let text = |name: &str| object.get(name).and_then(PsValue::as_str);
    let by_path = text("MetabasePath").and_then(|path| {
        let (site, application) = path.strip_prefix("IIS://")?.rsplit_once('/')?;
        of(application).filter(|_| site.ends_with("/ROOT"))
    });
    by_path.or_else(|| {
        let name = match text("Name") {
            Some(name) => name.to_owned(),
            None => server_identity(document, object)?.1,
        };
        let (application, site) = name.split_once(" (")?;
        of(application).filter(|_| site.ends_with(')'))
    })
}

/// `EX01\EWS (Default Web Site)`: what an `Identity` says of the server and the rest of the key.
fn server_identity(document: &Document<'_>, object: &PsObject<'_>) -> Option<(String, String)> {
    let text = printed(document, object, "Identity")?;
    let (server, rest) = text.split_once('\\')?;
    let is_server = !server.is_empty()
        && server
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'));
    (is_server && !rest.is_empty() && !rest.contains('\\'))
        .then(|| (server.to_owned(), rest.to_owned()))
}

/// A text that is all there: not cut, not broken over lines, not damaged.
fn is_sound(text: &str) -> bool {
    !text.is_empty() && !text.contains(char::is_control) && !is_damaged(text)
}

/// IIS or Active Directory. With `-ADPropertiesOnly` a directory's `Path`, which only IIS knows, is
/// present and empty; where the export lacks it, `Basic` or `Fba` in the list beside a flag of that
/// name that is False says the same (controls catalogue, section 0.3 rule 1).
fn evidence(object: &PsObject<'_>, asked_iis: bool, normalised: &Normalised) -> Evidence {
    match object.get("Path") {
        Some(PsValue::Text(path)) if !path.is_empty() => return Evidence::Iis,
        Some(PsValue::Nil | PsValue::Text(_)) => return Evidence::Ad,
        _ => {}
    }
    let lists = |method: &str| {
        matches!(normalised.properties.get("InternalAuthenticationMethods"),
            Some(Value::List(list)) if list.iter().any(|m| m.as_text() == Some(method)))
    };
    let off = |flag: &str| normalised.properties.get(flag) == Some(&Value::Bool(false));
    if lists("Basic") && off("BasicAuthentication") || lists("Fba") && off("FormsAuthentication") {
        return Evidence::Ad;
    }
    if asked_iis {
        Evidence::Iis
    } else {
        Evidence::Unstated
    }
}

const NO_APPLICATION: &str = "application: the folder of the installation (FrontEnd/HttpProxy/NAME or \
     ClientAccess/NAME), or applicationHost.config of the same server";

/// The id of a resource, or the word for what is missing.
pub(super) fn resource_id(
    spec: &KindSpec,
    plane: Plane,
    server: Option<&str>,
    properties: &Properties,
) -> Result<ResourceId, &'static str> {
    let text = |name: &str| {
        properties
            .get(name)
            .and_then(Value::as_text)
            .map(str::trim)
            .filter(|t| !t.is_empty())
    };
    let key = match spec.key {
        KeyRule::Name => text("Name").ok_or("key (Name)")?.to_owned(),
        KeyRule::Singleton => spec.name.to_owned(),
        KeyRule::Server if spec.is_server_bound() => server.ok_or("server")?.to_owned(),
        KeyRule::Server => server_name(text("Name").or_else(|| text("Fqdn")).ok_or("key (Name)")?),
        KeyRule::ServerThumbprint => {
            let server = server.ok_or("server")?;
            format!(
                "{server}\\{}",
                text("Thumbprint").ok_or("key (Thumbprint or RawData)")?
            )
        }
        KeyRule::WebApplication => {
            let site = text("SiteName").ok_or(NO_APPLICATION)?;
            let path = text("ApplicationPath").ok_or(NO_APPLICATION)?;
            format!(
                "{}\\{site}/{}",
                server.ok_or("server")?,
                path.trim_start_matches('/')
            )
        }
        KeyRule::Property(name) => text(name)
            .ok_or(match name {
                "appId" => "key (appId)",
                _ => "key (Identity)",
            })?
            .to_owned(),
        KeyRule::Directory(_) | KeyRule::ServerAndName => {
            format!(
                "{}\\{}",
                server.ok_or("server")?,
                text("Name").ok_or("key (Name)")?
            )
        }
    };
    Ok(ResourceId {
        plane,
        kind: crate::model::Kind::new(spec.name),
        key,
    })
}
