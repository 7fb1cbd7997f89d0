//! `applicationHost.config` and `web.config`: what IIS and .NET do for each application of a server.
//!
//! In: the text of one file. Out: a [`Document`] with one object an application, its properties under the
//! names of the catalog's kind `IisApplication`. Only allow-listed sections, attributes and settings are
//! looked at: a session key, a machine key, a connection string or an account's password never reaches
//! an object or a message. Never: I/O, or a guess: what stands encrypted or in another file is absent.
//!
//! ```
//! use exdrift::protocol::{Limits, iis};
//!
//! let text = r#"<configuration>
//!   <system.applicationHost><sites><site name="Default Web Site" id="1">
//!     <application path="/EWS" applicationPool="MSExchangeServicesAppPool" />
//!   </site></sites></system.applicationHost>
//!   <location path="Default Web Site/EWS"><system.webServer><security>
//!     <access sslFlags="Ssl, Ssl128" />
//!   </security></system.webServer></location>
//! </configuration>"#;
//! let read = iis::application_host(text, &Limits::default())?;
//! let ews = read.document.as_object(&read.document.roots[0].value).unwrap();
//! assert_eq!(ews.get("ApplicationPath").and_then(|v| v.as_str()), Some("/EWS"));
//! assert_eq!(read.document.list(ews.get("SslFlags").unwrap()).unwrap().len(), 2);
//! # Ok::<(), exdrift::protocol::ProtocolError>(())
//! ```

mod facts;
mod host;
mod web;
mod xml;

use std::borrow::Cow;

use super::error::ProtocolError;
use super::limits::Limits;
use super::psobject::{
    Content, Document, Format, ListKind, ObjId, Property, PsObject, PsValue, Root,
};
use facts::{Fact, Facts};
pub use web::SETTINGS;

/// An `applicationHost.config`.
#[derive(Clone, Debug)]
pub struct ApplicationHost<'a> {
    /// One root an application, a virtual directory, or a path below one that a `location` sets.
    pub document: Document<'a>,
    /// `location` elements of sites that the file does not have: nothing they say is in force.
    pub orphans: usize,
}

/// A `web.config`.
#[derive(Clone, Debug)]
pub enum Web<'a> {
    /// Its settings, one root for each place that was asked for; one without a place where none was.
    Config(Document<'a>),
    /// Assembly bindings alone (`SharedWebConfig.config`): nothing of it is taken, the document is empty.
    Bindings(Document<'a>),
}

/// The names of the files, as the property `ReadFrom` has them.
pub const HOST_FILE: &str = "applicationHost.config";
/// See [`HOST_FILE`].
pub const WEB_FILE: &str = "web.config";
/// The property that carries the folder of a `web.config`, for whoever can place it by physical path.
/// It is no setting and is taken out before anything is kept.
pub const FOLDER: &str = "WebConfigFolder";

/// Reads an `applicationHost.config`.
///
/// # Errors
/// One [`ProtocolError`] with line and column: not well-formed, cut off, a DOCTYPE, an undefined entity,
/// another root element, a limit. It repeats no value of the file.
pub fn application_host<'a>(
    text: &'a str,
    limits: &Limits,
) -> Result<ApplicationHost<'a>, ProtocolError> {
    let root = xml::parse(text, limits)?;
    let host = host::read(&root, text, limits)?;
    let mut document = Document::new(Format::Config, text);
    for application in host.applications {
        let mut object = Builder::new(&mut document, application.at);
        object.text("SiteName", application.site);
        object.text("ApplicationPath", application.path);
        if let Some(path) = application.physical_path {
            object.text("PhysicalPath", path);
        }
        if let Some(pool) = application.pool {
            object.text("ApplicationPool", pool);
        }
        object.facts(&application.facts);
        object.list("Builds", application.builds);
        object.list("ReadFrom", vec![HOST_FILE.to_owned()]);
        object.finish();
    }
    Ok(ApplicationHost {
        document,
        orphans: host.orphans,
    })
}

/// Reads a `web.config` for the applications that it belongs to, each a site and a path
/// (`("Default Web Site", "/EWS")`). `folder` is where it was found.
///
/// # Errors
/// As [`application_host`].
pub fn web_config<'a>(
    text: &'a str,
    limits: &Limits,
    places: &[(String, String)],
    folder: &str,
) -> Result<Web<'a>, ProtocolError> {
    let root = xml::parse(text, limits)?;
    if web::is_shared(&root) {
        return Ok(Web::Bindings(Document::new(Format::Config, text)));
    }
    let config = web::read(&root, text);
    let mut document = Document::new(Format::Config, text);
    let places: Vec<Option<&(String, String)>> = match places {
        [] => vec![None],
        some => some.iter().map(Some).collect(),
    };
    for place in places {
        let mut object = Builder::new(&mut document, root.at);
        if let Some((site, path)) = place {
            object.text("SiteName", site.clone());
            object.text("ApplicationPath", path.clone());
        }
        object.text(FOLDER, folder.to_owned());
        object.facts(&config.overrides);
        if let Some(settings) = &config.settings {
            let entries = settings.iter().map(|(key, value)| {
                let key = PsValue::Text(Cow::Borrowed(key));
                (key, PsValue::Text(Cow::Owned(value.clone())))
            });
            let content = Content::Dict(entries.collect());
            object.nested("AppSettings", content);
        }
        object.list("WebConfigModulesAdded", config.modules_added.clone());
        object.list("WebConfigModulesRemoved", config.modules_removed.clone());
        object.value(
            "WebConfigModulesCleared",
            PsValue::Bool(config.modules_cleared),
        );
        object.value("UnresolvedInstallDir", PsValue::Bool(config.unresolved));
        object.list("ReadFrom", vec![WEB_FILE.to_owned()]);
        object.finish();
    }
    Ok(Web::Config(document))
}

/// One object in the making.
struct Builder<'d, 'a> {
    document: &'d mut Document<'a>,
    id: ObjId,
    object: PsObject<'a>,
}

impl<'d, 'a> Builder<'d, 'a> {
    fn new(document: &'d mut Document<'a>, at: usize) -> Self {
        let id = ObjId(document.objects.len() as u32);
        document.objects.push(PsObject::default());
        document.counts.objects += 1;
        Builder {
            document,
            id,
            object: PsObject {
                at,
                ..PsObject::default()
            },
        }
    }

    fn value(&mut self, name: &'static str, value: PsValue<'a>) {
        self.document.counts.properties += 1;
        if !matches!(value, PsValue::Object(_)) {
            self.document.counts.scalars += 1;
        }
        self.object.props.push(Property {
            name: Cow::Borrowed(name),
            value,
        });
    }

    fn text(&mut self, name: &'static str, text: String) {
        self.value(name, PsValue::Text(Cow::Owned(text)));
    }

    fn nested(&mut self, name: &'static str, content: Content<'a>) {
        let id = ObjId(self.document.objects.len() as u32);
        self.document.counts.objects += 1;
        self.document.counts.scalars += match &content {
            Content::List(_, members) => members.len(),
            Content::Dict(entries) => entries.len() * 2,
            Content::None | Content::Scalar(_) => 0,
        };
        self.document.objects.push(PsObject {
            content,
            at: self.object.at,
            ..PsObject::default()
        });
        self.value(name, PsValue::Object(id));
    }

    fn list(&mut self, name: &'static str, members: Vec<String>) {
        let members = members
            .into_iter()
            .map(|member| PsValue::Text(Cow::Owned(member)));
        self.nested(name, Content::List(ListKind::List, members.collect()));
    }

    fn facts(&mut self, facts: &Facts) {
        for (name, fact) in facts.known() {
            match fact {
                Fact::Bool(flag) => self.value(name, PsValue::Bool(flag)),
                Fact::Text(text) => self.text(name, text),
                Fact::List(members) => self.list(name, members),
            }
        }
    }

    fn finish(self) {
        self.document.objects[self.id.index()] = self.object;
        self.document.roots.push(Root {
            stream: None,
            value: PsValue::Object(self.id),
            at: self.document.objects[self.id.index()].at,
        });
    }
}

#[cfg(test)]
mod tests;
