//! Another valid value of the same property, before any exporter has written it.

use chrono::{DateTime, Duration, Utc};
use exdrift::catalog::{self, EnumSpec, Property, Type};
use exdrift::sample::{Prop, Random, ValueObject};

/// What is added to a text.
const MARK: &str = "x7";

/// Texts that some reader or writer on the way could take for something else.
const ODD: [&str; 40] = [
    "",
    " ",
    "yes",
    "null",
    "~",
    "0x1F",
    "1e5",
    "1.0",
    "-1",
    "007",
    "- a: b",
    "# c",
    "a # b",
    "a: b",
    "a\nb",
    "a\r\nb",
    "a\n",
    "\tx",
    " x ",
    "_x000A_",
    "_X0041_",
    "<&>\"'",
    "]]>",
    "[]",
    "{a: b}",
    "!!str",
    "'",
    "\"",
    "%",
    "@",
    "*a",
    "&a",
    "|",
    "true",
    "2026-11-21",
    "e\u{301}",
    "\u{e9}",
    "\u{1f600}",
    "a\u{85}b",
    "\u{feff}x",
];

type Chain = &'static [&'static str];

const OBJECT: &str = "System.Object";
const STRINGS: Chain = &[
    "Microsoft.Exchange.Data.MultiValuedProperty`1[[System.String, mscorlib, Version=4.0.0.0, Culture=neutral, PublicKeyToken=b77a5c561934e089]]",
    OBJECT,
];
const ARRAY: Chain = &["System.Object[]", "System.Array", OBJECT];

/// Where new values come from.
pub struct Chance<'a> {
    /// Which of several values it is.
    pub random: &'a mut Random,
    /// Certificates, DER.
    pub certificates: &'a [Vec<u8>],
}

/// A text that lives as long as the generator's own.
pub fn keep(text: String) -> &'static str {
    Box::leak(text.into_boxed_str())
}

/// True where bytes stand in a value: of these a snapshot keeps no more than that they are there.
pub fn has_bytes(prop: &Prop) -> bool {
    match prop {
        Prop::Bytes(_) => true,
        Prop::List(_, members) => members.iter().any(has_bytes),
        _ => false,
    }
}

impl Chance<'_> {
    /// Another value; `None` where none is known.
    pub fn another(&mut self, prop: &Prop, ty: Type) -> Option<Prop> {
        Some(match (prop, ty) {
            (Prop::Null | Prop::Year1, _) => self.fresh(ty)?,
            // Another object stands where a second mention stood.
            (Prop::Same(_), _) => Prop::text(MARK),
            (Prop::Bool(flag), _) => Prop::Bool(!flag),
            (Prop::Byte(n), _) => Prop::Byte(n ^ 1),
            (Prop::Int(n), _) => Prop::Int(n + 1 + self.random.below(9) as i32),
            (Prop::Long(n), _) => Prop::Long(n + 1 + self.random.below(9) as i64),
            (Prop::UInt(n), _) => Prop::UInt(n + 1 + self.random.below(9) as u32),
            (Prop::Double(n), _) => Prop::Double(n + 1),
            (Prop::Guid(_), _) => Prop::Guid(self.random.guid()),
            (Prop::Uri(text), _) => Prop::Uri(self.address(text)),
            (Prop::Version(text), _) => Prop::Version(next_build(text)?),
            (Prop::Utc(at), _) => Prop::Utc(self.later(*at)),
            (Prop::Local(at, offset), _) => Prop::Local(self.later(*at), *offset),
            (Prop::Bytes(_), Type::KeyIdentifier) => Prop::Bytes(self.random.bytes(20)),
            (Prop::Bytes(bytes), _) => Prop::Bytes(self.random.bytes(bytes.len())),
            (Prop::Certificate(_), _) => self.certificate(Some(prop))?,
            (Prop::Text(text), ty) => Prop::Text(self.text(text, ty)?),
            (Prop::Enum(full, name, number), Type::Enum(spec)) => {
                let (name, found) = self.member(spec, &[name])?;
                Prop::Enum(full, name, found.unwrap_or(number + 100))
            }
            (Prop::Enum(full, name, _), Type::Flags(spec)) => self.flags(full, name, spec),
            (Prop::Enum(full, name, number), _) => {
                let short = full.rsplit(['.', '+']).next()?;
                match catalog::spelled(short).filter(|spec| !spec.flags) {
                    Some(spec) => {
                        let (name, found) = self.member(spec, &[name])?;
                        Prop::Enum(full, name, found.unwrap_or(number + 100))
                    }
                    None => Prop::Enum(full, keep(format!("{name}{MARK}")), number + 1),
                }
            }
            (Prop::List(chain, members), ty) => {
                let (inner, ordered) = match ty {
                    Type::Set(inner) => (*inner, false),
                    Type::Ordered(inner) => (*inner, true),
                    _ => (Type::Inferred, false),
                };
                Prop::List(chain, self.members(members, inner, ordered)?)
            }
            (Prop::Map(entries), _) => Prop::Map(self.entries(entries)?),
            (Prop::Fields(fields), Type::Record(known)) => {
                Prop::Fields(self.fields(fields, known)?)
            }
            (Prop::Fields(fields), _) => Prop::Fields(self.entries(fields)?),
            (Prop::Counts(counts), _) => {
                let mut counts = counts.clone();
                let at = self.random.below(counts.len());
                counts.get_mut(at)?.1 += 1 + self.random.below(5) as i32;
                Prop::Counts(counts)
            }
            (Prop::Object(object), ty) => Prop::Object(Box::new(self.object(object, ty)?)),
        })
    }

    /// A value where there was none.
    pub fn fresh(&mut self, ty: Type) -> Option<Prop> {
        let serial = self.random.below(1_000_000);
        let path = || format!("contoso.example/Configuration/{MARK}{serial}");
        Some(match ty {
            Type::Inferred | Type::Text | Type::LowerText | Type::UpperText => {
                Prop::text(format!("{MARK}{serial}.example.com"))
            }
            Type::Map => Prop::Map(vec![(MARK, Prop::text("on"))]),
            Type::Bool => Prop::Bool(true),
            Type::Int => Prop::Int(serial as i32),
            Type::Enum(spec) => {
                let (name, number) = self.member(spec, &[])?;
                Prop::Enum("Microsoft.Exchange.Data.Choice", name, number.unwrap_or(99))
            }
            Type::Flags(spec) => self.flags("Microsoft.Exchange.Data.Choices", "", spec),
            Type::Certificate => self.certificate(None)?,
            Type::Tally => Prop::Counts(vec![("unset", serial as i32)]),
            Type::Record(fields) => Prop::Fields(
                fields
                    .iter()
                    .map(|field| Some((field.name, self.fresh(field.ty)?)))
                    .collect::<Option<_>>()?,
            ),
            Type::KeyIdentifier => Prop::Bytes(self.random.bytes(20)),
            Type::Size => object("ByteQuantifiedSize", size(1 + serial as i64), Vec::new()),
            Type::Limit => Prop::Int(serial as i32),
            Type::Span => span(1 + serial as i64),
            Type::Date => Prop::Utc(self.later("2026-01-05T06:07:08Z".parse().ok()?)),
            Type::Guid => Prop::Guid(self.random.guid()),
            Type::Url => Prop::Uri(format!("https://{MARK}{serial}.example.com/path")),
            Type::ServerVersion => server_version(15, 2, 1000 + serial as i32, 7),
            Type::AdObject | Type::AdName => object(
                "ADObjectId",
                path(),
                vec![(
                    "DistinguishedName",
                    Prop::text(format!(
                        "CN={MARK}{serial},CN=Configuration,DC=contoso,DC=example"
                    )),
                )],
            ),
            Type::ServerName => Prop::text(format!("EX{serial}")),
            Type::Set(inner) => Prop::List(STRINGS, vec![self.fresh(*inner)?]),
            Type::Ordered(inner) => Prop::List(ARRAY, vec![self.fresh(*inner)?]),
        })
    }

    fn later(&mut self, at: DateTime<Utc>) -> DateTime<Utc> {
        at + Duration::seconds(1 + self.random.below(1_000_000) as i64)
    }

    fn certificate(&mut self, other_than: Option<&Prop>) -> Option<Prop> {
        let others: Vec<Prop> = self
            .certificates
            .iter()
            .map(|der| Prop::Certificate(der.clone()))
            .filter(|prop| Some(prop) != other_than)
            .collect();
        self.random.pick(&others).cloned()
    }

    /// Another host, another path, or something behind it.
    fn address(&mut self, text: &str) -> String {
        let n = self.random.below(1000);
        match (text.split_once("://"), self.random.below(3)) {
            (Some((scheme, rest)), 0) => format!("{scheme}://{MARK}{n}.{rest}"),
            (Some((scheme, rest)), 1) => match rest.split_once('/') {
                Some((host, path)) => format!("{scheme}://{host}/{MARK}/{path}"),
                None => format!("{text}/{MARK}"),
            },
            _ => format!("{text}{MARK}{n}"),
        }
    }

    fn text(&mut self, text: &str, ty: Type) -> Option<String> {
        if text.is_empty() {
            return match self.fresh(ty)? {
                Prop::Text(text) | Prop::Uri(text) | Prop::Guid(text) => Some(text),
                Prop::Object(object) => Some(object.to_string),
                Prop::Enum(_, name, _) => Some(name.to_owned()),
                _ => None,
            };
        }
        let n = self.random.below(1000);
        Some(match ty {
            Type::Url => self.address(text),
            Type::Guid => self.random.guid(),
            Type::ServerVersion => next_build(text)?,
            Type::Enum(spec) => self.member(spec, &[text])?.0.to_owned(),
            Type::Flags(spec) => match self.flags("", keep(text.to_owned()), spec) {
                Prop::Enum(_, names, _) => names.to_owned(),
                _ => return None,
            },
            Type::ServerName => format!("{MARK}{text}"),
            Type::Bool | Type::Int | Type::Date | Type::Size | Type::Span | Type::Limit => {
                return None;
            }
            Type::Text | Type::Inferred if self.random.below(4) == 0 => {
                let odd = *self.random.pick(&ODD)?;
                if odd == text {
                    return None;
                }
                odd.to_owned()
            }
            // Case alone means something where nothing else is said.
            Type::Text if self.random.below(4) == 0 && swapped(text) != text => swapped(text),
            _ if self.random.below(2) == 0 => format!("{MARK}{text}"),
            _ => format!("{text}{MARK}{n}"),
        })
    }

    /// A member of an enumeration that is none of `not`.
    fn member(&mut self, spec: &EnumSpec, not: &[&str]) -> Option<(&'static str, Option<i32>)> {
        let others: Vec<_> = spec
            .members
            .iter()
            .filter(|(name, _)| !not.iter().any(|n| n.eq_ignore_ascii_case(name)))
            .collect();
        let (name, number) = self.random.pick(&others)?;
        Some((*name, number.and_then(|n| i32::try_from(n).ok())))
    }

    /// One flag more or less.
    fn flags(&mut self, full: &'static str, names: &str, spec: &EnumSpec) -> Prop {
        let mut set: Vec<&str> = names
            .split(',')
            .map(str::trim)
            .filter(|n| !n.is_empty() && *n != "None")
            .collect();
        let known: Vec<_> = spec
            .members
            .iter()
            .filter_map(|(name, number)| Some((*name, number.filter(|n| *n > 0)?)))
            .collect();
        if let Some((name, _)) = self.random.pick(&known).copied() {
            match set.iter().position(|n| *n == name) {
                Some(at) => {
                    set.remove(at);
                }
                None => set.push(name),
            }
        }
        // In the order of their numbers, as .NET prints them.
        let chosen: Vec<_> = known.iter().filter(|(n, _)| set.contains(n)).collect();
        let sum: i64 = chosen.iter().map(|(_, number)| number).sum();
        let names: Vec<&str> = chosen.iter().map(|(name, _)| *name).collect();
        let names = match names.is_empty() {
            true => "None".to_owned(),
            false => names.join(", "),
        };
        Prop::Enum(full, keep(names), sum as i32)
    }

    /// A member more, a member less, another member, or (where it means something) another order.
    fn members(&mut self, members: &[Prop], inner: Type, ordered: bool) -> Option<Vec<Prop>> {
        let mut out = members.to_vec();
        let count = |prop: &Prop| members.iter().filter(|m| *m == prop).count();
        if members.is_empty() {
            return Some(vec![self.fresh(inner)?]);
        }
        let at = self.random.below(members.len());
        let bytes = members.iter().any(has_bytes);
        match self.random.below(4) {
            0 if !bytes && count(&members[at]) == 1 => {
                out.remove(at);
                return Some(out);
            }
            1 if ordered => {
                let from = self.random.below(members.len());
                if members[from] != members[at] {
                    out.swap(from, at);
                    return Some(out);
                }
            }
            _ => {}
        }
        let new = match inner {
            Type::Enum(spec) => {
                let names: Vec<&str> = members
                    .iter()
                    .filter_map(|member| match member {
                        Prop::Enum(_, name, _) => Some(*name),
                        Prop::Text(text) => Some(text.as_str()),
                        _ => None,
                    })
                    .collect();
                let (name, number) = self.member(spec, &names)?;
                match &members[at] {
                    Prop::Enum(full, ..) => Prop::Enum(full, name, number.unwrap_or(99)),
                    _ => Prop::text(name),
                }
            }
            _ => self.another(&members[at], inner)?,
        };
        if members.contains(&new) {
            return None;
        }
        match self.random.below(2) {
            0 if !bytes => out.insert(self.random.below(out.len() + 1), new),
            _ if bytes || count(&members[at]) == 1 => out[at] = new,
            _ => out.push(new),
        }
        Some(out)
    }

    fn entries(&mut self, entries: &[(&'static str, Prop)]) -> Option<Vec<(&'static str, Prop)>> {
        let mut out = entries.to_vec();
        if out.is_empty() || self.random.below(3) == 0 {
            let name = keep(format!("{MARK}{}", self.random.below(1000)));
            out.push((name, Prop::text("on")));
            return Some(out);
        }
        let at = self.random.below(out.len());
        let name = entries[at].0;
        if catalog::is_secret_name(name) || matches!(name, "key" | "hint") {
            return None;
        }
        out[at].1 = self.another(&entries[at].1, Type::Inferred)?;
        Some(out)
    }

    /// One of the fields that are kept.
    fn fields(
        &mut self,
        fields: &[(&'static str, Prop)],
        known: &[Property],
    ) -> Option<Vec<(&'static str, Prop)>> {
        let mut out = fields.to_vec();
        let mut kept: Vec<(usize, Type)> = Vec::new();
        for (at, (name, _)) in fields.iter().enumerate() {
            kept.extend(
                known
                    .iter()
                    .filter(|field| field.name.eq_ignore_ascii_case(name))
                    .map(|field| (at, field.ty)),
            );
        }
        let (at, ty) = *self.random.pick(&kept)?;
        out[at].1 = self.another(&fields[at].1, ty)?;
        Some(out)
    }

    /// A value object with another text, and its parts as the type has them.
    fn object(&mut self, old: &ValueObject, ty: Type) -> Option<ValueObject> {
        let leaf = leaf(old.types.first()?);
        let text = old.to_string.as_str();
        let n = 1 + self.random.below(90) as i32;
        let with = |new: Prop| match new {
            Prop::Object(new) => Some(ValueObject {
                types: old.types,
                ..*new
            }),
            _ => None,
        };
        let int = |name: &str| match old.properties.iter().find(|(part, _)| *part == name)?.1 {
            Prop::Int(number) => Some(number),
            _ => None,
        };
        match leaf {
            "ServerVersion" => {
                let part = |name| int(name);
                with(server_version(
                    part("Major")?,
                    part("Minor")?,
                    part("Build")?,
                    part("Revision")? + n,
                ))
            }
            "EnhancedTimeSpan" => {
                let ticks = old.properties.iter().find_map(|(name, prop)| match prop {
                    Prop::Long(ticks) if *name == "Ticks" => Some(*ticks),
                    _ => None,
                })?;
                with(span(ticks / 10_000_000 + i64::from(n)))
            }
            "ByteQuantifiedSize" => with(object("", size(4096 * i64::from(n) + 1), Vec::new())),
            "Unlimited" => {
                let is_size = old.types.first()?.contains("ByteQuantifiedSize");
                let (text, value) = match is_size {
                    true => (
                        size(4096 * i64::from(n) + 1),
                        object(
                            "ByteQuantifiedSize",
                            size(4096 * i64::from(n) + 1),
                            Vec::new(),
                        ),
                    ),
                    false => {
                        let number = text.parse::<i32>().unwrap_or(0) + n;
                        (number.to_string(), Prop::Int(number))
                    }
                };
                let parts = vec![("IsUnlimited", Prop::Bool(false)), ("Value", value)];
                with(object("", text, parts))
            }
            "IPBinding" => {
                let port = int("Port")?;
                let text = text.strip_suffix(&port.to_string())?;
                let mut new = old.clone();
                new.to_string = format!("{text}{}", port + n);
                for (name, part) in &mut new.properties {
                    if *name == "Port" {
                        *part = Prop::Int(port + n);
                    }
                }
                Some(new)
            }
            "IPRange" => {
                let new = format!("10.{n}.0.1-10.{n}.0.9");
                Some(replaced(old, text, &new))
            }
            "AddressSpace" => {
                let cost = int("Cost")?;
                let text = text.strip_suffix(&cost.to_string())?;
                let mut new = old.clone();
                new.to_string = format!("{text}{}", cost + n);
                for (name, part) in &mut new.properties {
                    if *name == "Cost" {
                        *part = Prop::Int(cost + n);
                    }
                }
                Some(new)
            }
            "SmtpAddress" if text.is_empty() => {
                let mut new = old.clone();
                new.to_string = format!("{MARK}@example.com");
                for (name, part) in &mut new.properties {
                    match *name {
                        "Local" => *part = Prop::text(MARK),
                        "Domain" => *part = Prop::text("example.com"),
                        "Address" => *part = Prop::text(new.to_string.as_str()),
                        _ => {}
                    }
                }
                Some(new)
            }
            _ if text.is_empty() => {
                let mut new = old.clone();
                new.to_string = MARK.to_owned();
                Some(new)
            }
            // One word of the text, wherever it stands among the parts.
            _ => {
                let place = match ty {
                    Type::AdName | Type::ServerName if text.starts_with("CN=") => {
                        text.split(['=', ',']).nth(1)?
                    }
                    Type::AdName => text.rsplit(['/', '\\']).next()?,
                    Type::ServerName => text.rsplit(['/', '\\']).next()?.split('.').next()?,
                    _ => text,
                };
                let words = place.split(|c: char| !c.is_ascii_alphanumeric());
                let word = words
                    .filter(|word| word.bytes().any(|b| b.is_ascii_alphanumeric()))
                    .max_by_key(|word| word.len())?;
                let new = match word.parse::<u64>() {
                    Ok(number) => (number + n as u64).to_string(),
                    Err(_) => format!("{word}{MARK}{n}"),
                };
                Some(replaced(old, word, &new))
            }
        }
    }
}

/// The last name of a .NET type, without generic arguments.
pub fn leaf(full: &str) -> &str {
    let head = full.split(['`', '[']).next().unwrap_or(full);
    head.rsplit(['.', '+']).next().unwrap_or(head)
}

/// Capitals for small letters and the reverse.
pub fn swapped(text: &str) -> String {
    text.chars()
        .map(|c| match c.is_ascii_uppercase() {
            true => c.to_ascii_lowercase(),
            false => c.to_ascii_uppercase(),
        })
        .collect()
}

fn replaced(old: &ValueObject, word: &str, new: &str) -> ValueObject {
    let mut out = old.clone();
    out.to_string = old.to_string.replace(word, new);
    for (_, part) in &mut out.properties {
        match part {
            Prop::Text(text) | Prop::Uri(text) => *text = text.replace(word, new),
            Prop::Object(inner) => **inner = replaced(inner, word, new),
            _ => {}
        }
    }
    out
}

/// `15.2.1544.4`, in any padding, with a higher last part.
fn next_build(text: &str) -> Option<String> {
    let digits = text.len() - text.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    let (head, last) = text.split_at(text.len() - digits);
    let next = last.parse::<u32>().ok()? + 1;
    Some(format!("{head}{next:0digits$}"))
}

fn object(leaf: &str, to_string: String, properties: Vec<(&'static str, Prop)>) -> Prop {
    let full = keep(format!("Microsoft.Exchange.Data.{leaf}"));
    Prop::Object(Box::new(ValueObject {
        types: Box::leak(vec![full, OBJECT].into_boxed_slice()),
        to_string,
        properties,
        blob: 0,
        shared: false,
    }))
}

fn server_version(major: i32, minor: i32, build: i32, revision: i32) -> Prop {
    let parts = [
        ("Major", major),
        ("Minor", minor),
        ("Build", build),
        ("Revision", revision),
    ];
    object(
        "ServerVersion",
        format!("Version {major}.{minor} (Build {build}.{revision})"),
        parts.map(|(name, n)| (name, Prop::Int(n))).to_vec(),
    )
}

fn span(seconds: i64) -> Prop {
    let (days, rest) = (seconds / 86_400, seconds % 86_400);
    object(
        "EnhancedTimeSpan",
        format!(
            "{days}.{:02}:{:02}:{:02}",
            rest / 3600,
            rest / 60 % 60,
            rest % 60
        ),
        vec![
            ("Days", Prop::Int(days as i32)),
            ("Ticks", Prop::Long(seconds * 10_000_000)),
            ("TotalSeconds", Prop::Double(seconds)),
        ],
    )
}

/// `4 KB (4,097 bytes)`.
fn size(bytes: i64) -> String {
    let digits = bytes.to_string();
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    format!("{} KB ({grouped} bytes)", bytes / 1024)
}
