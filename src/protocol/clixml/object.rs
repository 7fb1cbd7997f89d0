//! Objects, collections, references.

use std::borrow::Cow;
use std::collections::HashMap;

use super::super::error::{ProtocolError, shown};
use super::super::limits::Limits;
use super::super::psobject::{
    Content, Document, ListKind, ObjId, Property, PsObject, PsValue, TypesId,
};
use super::scalar;
use super::xml::{Tag, Xml};

/// One `<Objs>` being read. Numbers of objects and type lists end with it; the file chooses them, so
/// they are hashed with a secret.
pub(super) struct Parser<'p, 'a> {
    xml: &'p mut Xml<'a>,
    pub(super) document: &'p mut Document<'a>,
    objects: HashMap<&'a str, ObjId>,
    types: HashMap<&'a str, TypesId>,
    limits: Limits,
    depth: usize,
}

/// True for every element that CLIXML has.
pub(super) fn is_known(name: &str) -> bool {
    const PARTS: &[&str] = &[
        "Objs", "Obj", "Ref", "TN", "T", "TNRef", "ToString", "Props", "MS", "LST", "IE", "QUE",
        "STK", "DCT", "En",
    ];
    PARTS.contains(&name) || scalar::NAMES.contains(&name)
}

impl<'p, 'a> Parser<'p, 'a> {
    pub(super) fn new(
        xml: &'p mut Xml<'a>,
        document: &'p mut Document<'a>,
        limits: &Limits,
    ) -> Self {
        Parser {
            xml,
            document,
            objects: HashMap::new(),
            types: HashMap::new(),
            limits: Limits {
                depth: limits.depth.min(Limits::MAX_DEPTH),
                ..*limits
            },
            depth: 0,
        }
    }

    pub(super) fn child(&mut self, parent: &str) -> Result<Option<Tag<'a>>, ProtocolError> {
        self.xml.child(parent)
    }

    /// The stream of a top-level value.
    pub(super) fn stream(&self, tag: &Tag<'a>) -> Result<Option<Cow<'a, str>>, ProtocolError> {
        tag.attribute("S")
            .map(|raw| self.xml.attribute(tag, raw))
            .transpose()
    }

    /// Any value, after its start tag.
    pub(super) fn value(&mut self, tag: &Tag<'a>) -> Result<PsValue<'a>, ProtocolError> {
        let counts = &mut self.document.counts;
        match tag.name {
            "Obj" => return self.object(tag).map(PsValue::Object),
            "Ref" => counts.references += 1,
            _ => counts.scalars += 1,
        }
        if counts.scalars + counts.references > self.limits.values {
            return Err(self.too_many(tag, "values", self.limits.values));
        }
        if tag.name == "Ref" {
            return self.reference(tag).map(PsValue::Object);
        }
        scalar::read(self.xml, tag)
    }

    fn too_many(&self, tag: &Tag<'a>, what: &'static str, limit: usize) -> ProtocolError {
        ProtocolError::Limit {
            at: self.xml.position(tag.at),
            what,
            limit,
        }
    }

    fn enter(&mut self, tag: &Tag<'a>) -> Result<(), ProtocolError> {
        self.depth += 1;
        if self.depth > self.limits.depth {
            return Err(self.too_many(tag, "levels of nested elements", self.limits.depth));
        }
        Ok(())
    }

    fn reference(&mut self, tag: &Tag<'a>) -> Result<ObjId, ProtocolError> {
        self.xml.nothing_in(tag)?;
        let id = self.ref_id(tag)?;
        self.objects
            .get(id)
            .copied()
            .ok_or_else(|| self.dangling(tag, "Ref", id))
    }

    fn ref_id(&self, tag: &Tag<'a>) -> Result<&'a str, ProtocolError> {
        tag.ref_id.ok_or_else(|| {
            self.xml.format(
                tag.at,
                format!(
                    "<{}> without RefId, which names what it refers to",
                    tag.name
                ),
            )
        })
    }

    fn dangling(&self, tag: &Tag<'a>, element: &'static str, id: &str) -> ProtocolError {
        ProtocolError::Reference {
            at: self.xml.position(tag.at),
            element,
            id: shown(id),
        }
    }

    fn object(&mut self, tag: &Tag<'a>) -> Result<ObjId, ProtocolError> {
        let index = self.document.objects.len();
        if index >= self.limits.objects {
            return Err(self.too_many(tag, "objects", self.limits.objects));
        }
        let id = u32::try_from(index)
            .map(ObjId)
            .map_err(|_| self.too_many(tag, "objects", u32::MAX as usize))?;
        self.document.objects.push(PsObject::default());
        self.document.counts.objects += 1;
        if let Some(ref_id) = tag.ref_id {
            self.objects.insert(ref_id, id);
        }
        let mut object = PsObject {
            at: tag.at,
            ..PsObject::default()
        };
        if !tag.empty {
            self.enter(tag)?;
            let mut seen = Seen::default();
            while let Some(child) = self.xml.child(tag.name)? {
                self.part(&child, &mut object, &mut seen)?;
            }
            self.depth -= 1;
        }
        self.document.objects[index] = object;
        Ok(id)
    }

    fn part(
        &mut self,
        tag: &Tag<'a>,
        object: &mut PsObject<'a>,
        seen: &mut Seen,
    ) -> Result<(), ProtocolError> {
        let twice = match tag.name {
            "TNRef" => {
                self.xml.nothing_in(tag)?;
                let ref_id = self.ref_id(tag)?;
                let types = self.types.get(ref_id).copied();
                let types = types.ok_or_else(|| self.dangling(tag, "TNRef", ref_id))?;
                object.types.replace(types).is_some()
            }
            "TN" => {
                let types = self.type_list(tag)?;
                object.types.replace(types).is_some()
            }
            "ToString" => {
                let text = self.xml.text(tag)?;
                object.to_string.replace(text).is_some()
            }
            "Props" => {
                object.props = self.properties(tag)?;
                self.document.counts.properties += object.props.len();
                std::mem::replace(&mut seen.props, true)
            }
            "MS" => {
                object.extended = self.properties(tag)?;
                self.document.counts.extended += object.extended.len();
                std::mem::replace(&mut seen.extended, true)
            }
            _ => {
                object.content = match tag.name {
                    "LST" => self.list(tag, ListKind::List)?,
                    "IE" => self.list(tag, ListKind::Enumerable)?,
                    "QUE" => self.list(tag, ListKind::Queue)?,
                    "STK" => self.list(tag, ListKind::Stack)?,
                    "DCT" => self.dictionary(tag)?,
                    _ => Content::Scalar(self.value(tag)?),
                };
                std::mem::replace(&mut seen.content, true)
            }
        };
        if twice {
            return Err(self.xml.format(
                tag.at,
                format!(
                    "an object has a second <{}>: at most one of each part was expected",
                    shown(tag.name)
                ),
            ));
        }
        Ok(())
    }

    fn type_list(&mut self, tag: &Tag<'a>) -> Result<TypesId, ProtocolError> {
        let mut names = Vec::with_capacity(4);
        if !tag.empty {
            while let Some(child) = self.xml.child(tag.name)? {
                if child.name != "T" {
                    return Err(self.unexpected(&child, "TN", "T"));
                }
                names.push(self.xml.text(&child)?);
            }
        }
        // Fewer than objects: each has one at most.
        let id = TypesId(self.document.types.len() as u32);
        self.document.types.push(names);
        if let Some(ref_id) = tag.ref_id {
            self.types.insert(ref_id, id);
        }
        Ok(id)
    }

    fn unexpected(&self, tag: &Tag<'a>, parent: &str, expected: &str) -> ProtocolError {
        self.xml.format(
            tag.at,
            format!(
                "<{}> in <{parent}>, where <{expected}> was expected",
                shown(tag.name)
            ),
        )
    }

    fn properties(&mut self, tag: &Tag<'a>) -> Result<Vec<Property<'a>>, ProtocolError> {
        if tag.empty {
            return Ok(Vec::new());
        }
        self.enter(tag)?;
        let mut properties = Vec::with_capacity(8);
        while let Some(child) = self.xml.child(tag.name)? {
            let Some(raw) = child.n else {
                return Err(self.xml.format(
                    child.at,
                    format!(
                        "<{}> in <{}> without N, the name of the property",
                        shown(child.name),
                        tag.name
                    ),
                ));
            };
            let name = self.xml.attribute(&child, raw)?;
            // The blob holds the object once more, for .NET alone.
            if name == "SerializationData" {
                if child.name == "BA" {
                    self.xml.skip(&child)?;
                } else {
                    self.value(&child)?;
                }
                self.document.counts.serialization_data += 1;
                continue;
            }
            let value = self.value(&child)?;
            properties.push(Property { name, value });
        }
        self.depth -= 1;
        Ok(properties)
    }

    fn list(&mut self, tag: &Tag<'a>, kind: ListKind) -> Result<Content<'a>, ProtocolError> {
        let mut members = Vec::new();
        if !tag.empty {
            self.enter(tag)?;
            while let Some(child) = self.xml.child(tag.name)? {
                members.push(self.value(&child)?);
            }
            self.depth -= 1;
        }
        Ok(Content::List(kind, members))
    }

    fn dictionary(&mut self, tag: &Tag<'a>) -> Result<Content<'a>, ProtocolError> {
        let mut entries = Vec::new();
        if !tag.empty {
            self.enter(tag)?;
            while let Some(entry) = self.xml.child(tag.name)? {
                if entry.name != "En" {
                    return Err(self.unexpected(&entry, "DCT", "En"));
                }
                self.enter(&entry)?;
                entries.push(self.entry(&entry)?);
                self.depth -= 1;
            }
            self.depth -= 1;
        }
        Ok(Content::Dict(entries))
    }

    fn entry(&mut self, tag: &Tag<'a>) -> Result<(PsValue<'a>, PsValue<'a>), ProtocolError> {
        let (mut key, mut value) = (None, None);
        if !tag.empty {
            while let Some(child) = self.xml.child(tag.name)? {
                let slot = match child.n {
                    Some("Key") => &mut key,
                    Some("Value") => &mut value,
                    _ => {
                        return Err(self.xml.format(
                            child.at,
                            format!(
                                "<{}> in <En> is neither N=\"Key\" nor N=\"Value\"",
                                shown(child.name)
                            ),
                        ));
                    }
                };
                if slot.replace(self.value(&child)?).is_some() {
                    return Err(self
                        .xml
                        .format(child.at, "a dictionary entry <En> with two keys or values"));
                }
            }
        }
        let missing = match (key, value) {
            (Some(key), Some(value)) => return Ok((key, value)),
            (None, _) => "Key",
            (Some(_), None) => "Value",
        };
        Err(self.xml.format(
            tag.at,
            format!("a dictionary entry <En> without N=\"{missing}\""),
        ))
    }
}

/// Which parts an object had.
#[derive(Default)]
struct Seen {
    props: bool,
    extended: bool,
    content: bool,
}
