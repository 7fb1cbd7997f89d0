//! The same value, as another export of an unchanged organization may have it.

use exdrift::catalog::Type;
use exdrift::sample::{Prop, Random};

use super::another::{has_bytes, keep, swapped};

/// The same value spelled otherwise; `None` where it has one spelling.
pub fn respelled(prop: &Prop, ty: Type, random: &mut Random) -> Option<Prop> {
    Some(match (prop, ty) {
        (Prop::Text(text), Type::LowerText | Type::UpperText | Type::ServerName) => {
            Prop::Text(swapped(text))
        }
        (Prop::Object(object), Type::LowerText | Type::UpperText | Type::ServerName) => {
            let mut other = object.clone();
            other.to_string = swapped(&object.to_string);
            Prop::Object(other)
        }
        (Prop::Uri(text), Type::Url | Type::Inferred) => Prop::Uri(address(text)?),
        (Prop::Text(text), Type::Url) => Prop::Text(address(text)?),
        (Prop::Guid(text), Type::Guid | Type::Inferred) => Prop::Guid(text.to_uppercase()),
        (Prop::Text(text), Type::Guid) if text.len() == 36 => {
            Prop::Text(format!("{{{}}}", text.to_uppercase()))
        }
        (Prop::Text(text), Type::ServerVersion) => {
            let parts: Vec<String> = text.split('.').map(|part| format!("{part:0>5}")).collect();
            (parts.len() == 4).then(|| Prop::Text(parts.join(".")))?
        }
        (Prop::Local(at, offset), Type::Date | Type::Inferred) => {
            Prop::Local(*at, if *offset == 0 { 120 } else { -offset })
        }
        (Prop::Utc(at), Type::Date | Type::Inferred) => Prop::Local(*at, 330),
        (Prop::Bool(flag), Type::Bool) => Prop::text(if *flag { "True" } else { "False" }),
        (Prop::Int(n), Type::Int) => Prop::Text(n.to_string()),
        (Prop::Enum(full, name, number), Type::Enum(_)) => {
            Prop::Enum(full, keep(swapped(name)), *number)
        }
        (Prop::Text(text), Type::Enum(_)) => Prop::Text(swapped(text)),
        (Prop::Enum(full, names, number), Type::Flags(_)) => {
            let mut names: Vec<String> = names.split(',').map(|n| swapped(n.trim())).collect();
            random.shuffle(&mut names);
            Prop::Enum(full, keep(names.join(",")), *number)
        }
        (Prop::Bytes(bytes), Type::KeyIdentifier) => {
            Prop::Text(bytes.iter().map(|b| format!("{b:02x}")).collect())
        }
        (Prop::List(..), _) if has_bytes(prop) => return None,
        (Prop::List(chain, members), Type::Ordered(inner)) => {
            let same = members
                .iter()
                .map(|m| respelled(m, *inner, random).unwrap_or_else(|| m.clone()));
            let same: Vec<Prop> = same.collect();
            (same != *members).then_some(Prop::List(chain, same))?
        }
        (Prop::List(chain, members), ty) => {
            let inner = match ty {
                Type::Set(inner) => *inner,
                _ => Type::Inferred,
            };
            let mut same: Vec<Prop> = members
                .iter()
                .map(|m| respelled(m, inner, random).unwrap_or_else(|| m.clone()))
                .collect();
            random.shuffle(&mut same);
            // Twice the same member of a set is one member.
            if random.below(2) == 0 {
                same.extend(members.first().cloned());
            }
            (same != *members).then_some(Prop::List(chain, same))?
        }
        (Prop::Fields(fields), Type::Record(known)) => {
            let mut same: Vec<(&'static str, Prop)> = fields
                .iter()
                .map(|(name, prop)| {
                    let ty = known.iter().find(|field| field.name == *name).map(|f| f.ty);
                    // Graph has no other time than UTC.
                    let ty = ty.filter(|_| !matches!(prop, Prop::Utc(_)));
                    let other = ty.and_then(|ty| respelled(prop, ty, random));
                    (*name, other.unwrap_or_else(|| prop.clone()))
                })
                .collect();
            random.shuffle(&mut same);
            Prop::Fields(same)
        }
        (Prop::Map(entries), _) => {
            let mut same = entries.clone();
            random.shuffle(&mut same);
            (same != *entries).then_some(Prop::Map(same))?
        }
        (Prop::Counts(counts), _) => {
            let mut same = counts.clone();
            random.shuffle(&mut same);
            (same != *counts).then_some(Prop::Counts(same))?
        }
        _ => return None,
    })
}

/// Scheme and host in capitals, the port that everybody assumes.
fn address(text: &str) -> Option<String> {
    let (scheme, rest) = text.split_once("://")?;
    let port = match scheme {
        "https" => 443,
        "http" => 80,
        _ => return None,
    };
    let (host, path) = match rest.find('/') {
        Some(at) => rest.split_at(at),
        None => (rest, ""),
    };
    let port = match host.contains(':') {
        true => String::new(),
        false => format!(":{port}"),
    };
    Some(format!(
        "{}://{}{port}{path}",
        swapped(scheme),
        swapped(host)
    ))
}
