//! One sentence for an outlier, as a colleague would say it.

use crate::model::{Outlier, Value};

/// Characters of one value in a sentence; the values themselves stand beside it.
const VALUE: usize = 120;

/// Names of servers in a sentence.
const NAMES: usize = 4;

/// `EX07 is the only one of 10 without OAuth in IISAuthenticationMethods of mapi (Default Web Site)`.
pub(super) fn of(outlier: &Outlier) -> String {
    let who = who(outlier);
    let of = match &outlier.property {
        Some(property) if outlier.object == outlier.kind.as_str() => {
            format!("{property} of {}", outlier.kind)
        }
        Some(property) => format!("{property} of {}", outlier.object),
        None => outlier.object.clone(),
    };
    let what = match (&outlier.property, &outlier.observed, &outlier.usual) {
        (None, Some(_), _) => format!("that {} {of}", has(outlier)),
        (None, None, _) => format!("without {of}"),
        _ if !outlier.added.is_empty() && outlier.removed.is_empty() => {
            format!("with {} in {of}", names(&outlier.added))
        }
        _ if !outlier.removed.is_empty() && outlier.added.is_empty() => {
            format!("without {} in {of}", names(&outlier.removed))
        }
        (_, observed, usual) => format!(
            "with {} as {of}; usual is {}",
            observed.as_ref().map_or("nothing".to_owned(), short),
            usual.as_ref().map_or("nothing".to_owned(), short)
        ),
    };
    format!("{who} {what}")
}

fn has(outlier: &Outlier) -> &'static str {
    match outlier.servers.len() {
        1 => "has",
        _ => "have",
    }
}

fn who(outlier: &Outlier) -> String {
    let others = outlier.compared - outlier.servers.len() - outlier.usual_on;
    match outlier.servers.as_slice() {
        [only] if others == 0 => format!("{only} is the only one of {}", outlier.compared),
        [only] => format!("{only} is one of {} among {}", others + 1, outlier.compared),
        many if many.len() <= NAMES => format!(
            "{} are {} of {}",
            many.join(", "),
            many.len(),
            outlier.compared
        ),
        many => format!(
            "{} and {} more are {} of {}",
            many[..NAMES].join(", "),
            many.len() - NAMES,
            many.len(),
            outlier.compared
        ),
    }
}

fn names(values: &[Value]) -> String {
    let words: Vec<String> = values.iter().map(short).collect();
    words.join(", ")
}

fn short(value: &Value) -> String {
    let text = match value {
        Value::Text(text) if text.is_empty() => "an empty text".to_owned(),
        Value::Text(text) => text.clone(),
        Value::Null => "nothing set".to_owned(),
        other => other.to_string(),
    };
    match text.char_indices().nth(VALUE) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}
