//! Remediation templates: PowerShell with holes, each filled by one quoted literal.
//!
//! Names in Exchange are data that somebody else chose, so a hole never becomes code: text is a
//! single-quoted literal with every quote that PowerShell reads as one doubled (`'` and
//! U+2018..U+201B, about_Quoting_Rules), and a character that could break a line or deceive a reader
//! is written as `[char]10`. Whatever has no such form gives no command at all.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::model::{Properties, Remediation, Value};

/// A parsed remediation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    pub(super) powershell: Vec<Part>,
    pub(super) rollback: Option<Vec<Part>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Text(String),
    Hole(Hole),
}

/// What a hole stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Hole {
    Server,
    Identity,
    Subject(String),
    Observed(String),
    Expected(String),
}

/// What is wrong with a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateProblem {
    /// The text that is wrong, as written.
    pub written: String,
    /// What is wrong.
    pub message: String,
    /// What to write.
    pub help: String,
}

/// What the holes are filled from.
#[derive(Debug)]
pub struct Filling<'a> {
    /// The subject's server.
    pub server: Option<&'a str>,
    /// The subject's key.
    pub identity: &'a str,
    /// The subject's properties, where it is a resource.
    pub subject: Option<&'a Properties>,
    /// Property to observed value, from the violations.
    pub observed: &'a BTreeMap<String, Value>,
    /// Property to expected value, from the violations.
    pub expected: &'a BTreeMap<String, Value>,
}

const HOLES: &str = "holes are {{server}}, {{identity}}, {{subject.Property}}, \
                     {{observed.Property}} and {{expected.Property}}";

impl Template {
    /// Reads both texts.
    ///
    /// # Errors
    /// An unknown or unclosed hole, or one that stands inside quotes or touches other text.
    pub fn parse(powershell: &str, rollback: Option<&str>) -> Result<Self, TemplateProblem> {
        Ok(Template {
            powershell: parts(powershell)?,
            rollback: rollback.map(parts).transpose()?,
        })
    }

    /// Fills every hole.
    ///
    /// # Errors
    /// One sentence that names the hole which has no value or no safe form.
    pub fn fill(&self, filling: &Filling<'_>) -> Result<Remediation, String> {
        Ok(Remediation {
            powershell: fill(&self.powershell, filling)?,
            // A fix without a way back is still a fix.
            rollback: self
                .rollback
                .as_deref()
                .and_then(|parts| fill(parts, filling).ok()),
        })
    }
}

fn parts(template: &str) -> Result<Vec<Part>, TemplateProblem> {
    let mut parts = Vec::new();
    let mut rest = template.trim_end();
    let mut quote: Option<char> = None;
    while let Some(open) = rest.find("{{") {
        let (text, after) = rest.split_at(open);
        let Some(close) = after.find("}}") else {
            return Err(problem(after, "the hole is not closed"));
        };
        let written = &after[..close + 2];
        for c in text.chars() {
            match quote {
                None if matches!(c, '\'' | '"') => quote = Some(c),
                Some(open) if open == c => quote = None,
                _ => {}
            }
        }
        rest = &after[close + 2..];
        if quote.is_some() {
            return Err(problem(written, "the hole stands inside quotes"));
        }
        let before_ok = text
            .chars()
            .next_back()
            .is_none_or(|c| c.is_whitespace() || "(,=:;@{|".contains(c));
        let after_ok = rest
            .chars()
            .next()
            .is_none_or(|c| c.is_whitespace() || "),;}|".contains(c));
        let touches_hole = text.is_empty() && !parts.is_empty();
        if !before_ok || !after_ok || touches_hole {
            return Err(problem(written, "the hole touches other text"));
        }
        if !text.is_empty() {
            parts.push(Part::Text(text.to_owned()));
        }
        parts.push(Part::Hole(hole(written)?));
    }
    if !rest.is_empty() {
        parts.push(Part::Text(rest.to_owned()));
    }
    Ok(parts)
}

fn hole(written: &str) -> Result<Hole, TemplateProblem> {
    let name = written.trim_matches(['{', '}']).trim();
    let property = |prefix: &str| {
        name.strip_prefix(prefix)
            .filter(|p| !p.is_empty() && p.chars().all(|c| c.is_ascii_alphanumeric() || c == '_'))
            .map(str::to_owned)
    };
    match name {
        "server" => Ok(Hole::Server),
        "identity" => Ok(Hole::Identity),
        _ => property("subject.")
            .map(Hole::Subject)
            .or_else(|| property("observed.").map(Hole::Observed))
            .or_else(|| property("expected.").map(Hole::Expected))
            .ok_or_else(|| problem(written, "nobody fills this hole")),
    }
}

fn problem(written: &str, message: &str) -> TemplateProblem {
    let written = written.lines().next().unwrap_or_default();
    TemplateProblem {
        written: written.to_owned(),
        message: format!("remediation: {message}: {written}"),
        help: format!("{HOLES}; each is filled with one quoted literal"),
    }
}

fn fill(parts: &[Part], filling: &Filling<'_>) -> Result<String, String> {
    let mut out = String::new();
    for part in parts {
        match part {
            Part::Text(text) => out.push_str(text),
            Part::Hole(hole) => out.push_str(&literal_of(hole, filling)?),
        }
    }
    Ok(out)
}

fn literal_of(hole: &Hole, filling: &Filling<'_>) -> Result<String, String> {
    let (name, value) = match hole {
        Hole::Server => ("server".to_owned(), filling.server.map(Value::text)),
        Hole::Identity => ("identity".to_owned(), Some(Value::text(filling.identity))),
        Hole::Subject(p) => (
            format!("subject.{p}"),
            filling.subject.and_then(|s| s.get(p)).cloned(),
        ),
        Hole::Observed(p) => (format!("observed.{p}"), filling.observed.get(p).cloned()),
        Hole::Expected(p) => (format!("expected.{p}"), filling.expected.get(p).cloned()),
    };
    let value = value.ok_or_else(|| format!("no command: {name} is not known"))?;
    literal(&value).ok_or_else(|| format!("no command: {name} has no safe literal"))
}

/// One PowerShell expression that is exactly this value; none for maps and undecided values.
pub fn literal(value: &Value) -> Option<String> {
    match value {
        Value::Null => Some("$null".to_owned()),
        Value::Bool(true) => Some("$true".to_owned()),
        Value::Bool(false) => Some("$false".to_owned()),
        Value::Int(number) if *number < 0 => Some(format!("({number})")),
        Value::Int(number) => Some(number.to_string()),
        Value::Text(text) => Some(quote(text)),
        Value::List(members) => {
            let members: Option<Vec<String>> = members.iter().map(literal).collect();
            Some(format!("@({})", members?.join(",")))
        }
        Value::Map(_) | Value::Undecided(_) => None,
    }
}

/// Text as one PowerShell expression.
fn quote(text: &str) -> String {
    if !text.chars().any(needs_number) {
        return single_quoted(text);
    }
    let mut expression = String::from("(");
    let mut run = String::new();
    let mut terms = 0;
    // The first term decides the type of `+`, so it is always text.
    if text.chars().next().is_some_and(needs_number) {
        expression.push_str("''");
        terms += 1;
    }
    let mut push = |run: &mut String, c: Option<char>| {
        for term in [
            (!run.is_empty()).then(|| single_quoted(run)),
            c.map(|c| format!("[char]{}", c as u32)),
        ]
        .into_iter()
        .flatten()
        {
            if terms > 0 {
                expression.push_str(" + ");
            }
            let _ = write!(expression, "{term}");
            terms += 1;
        }
        run.clear();
    };
    for c in text.chars() {
        if needs_number(c) {
            push(&mut run, Some(c));
        } else {
            run.push(c);
        }
    }
    push(&mut run, None);
    expression.push(')');
    expression
}

fn single_quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('\'');
    for c in text.chars() {
        out.push(c);
        if c == '\'' || ('\u{2018}'..='\u{201B}').contains(&c) {
            out.push(c);
        }
    }
    out.push('\'');
    out
}

/// Line breaks and control characters, and the format characters that reorder or hide text. All lie
/// below U+FFFF, so that `[char]` holds them.
fn needs_number(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{00AD}' | '\u{061C}' | '\u{180E}' | '\u{FEFF}')
        || matches!(c, '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn literals() {
        for (value, expected) in [
            (Value::Null, "$null"),
            (Value::Bool(true), "$true"),
            (Value::Int(5), "5"),
            (Value::Int(-5), "(-5)"),
            (Value::text("O'Neill"), "'O''Neill'"),
            (Value::text("a\u{2019}b"), "'a\u{2019}\u{2019}b'"),
            (Value::text("a\nb"), "('a' + [char]10 + 'b')"),
            (Value::text("\r\n"), "('' + [char]13 + [char]10)"),
            (Value::text(""), "''"),
            (
                Value::List(vec!["OAuth".into(), "Ntlm".into()]),
                "@('OAuth','Ntlm')",
            ),
        ] {
            assert_eq!(literal(&value).unwrap(), expected);
        }
        assert_eq!(literal(&Value::Map(BTreeMap::new())), None);
    }

    #[test]
    fn a_hole_that_nobody_fills_is_refused() {
        for template in [
            "Set-X -Identity {{name}}",
            "Set-X -Identity '{{identity}}'",
            "Set-X -Identity \"{{identity}}\"",
            "Set-X -Identity {{identity",
            "Set-X -Identity EX{{identity}}",
            "Set-X -Identity {{identity}}01",
            "Set-X {{identity}}{{server}}",
            "Set-X {{subject.}}",
            "Set-X {{subject.A.B}}",
        ] {
            assert!(Template::parse(template, None).is_err(), "{template}");
        }
        assert!(Template::parse("Set-X -Identity {{identity}} -Y:{{expected.Y}}\n", None).is_ok());
    }

    #[test]
    fn a_missing_value_gives_no_command_and_says_which() {
        let template =
            Template::parse("Set-X {{expected.Y}}", Some("Set-X {{observed.Y}}")).unwrap();
        let empty = BTreeMap::new();
        let expected = BTreeMap::from([("Y".to_owned(), Value::Bool(true))]);
        let mut filling = Filling {
            server: None,
            identity: "x",
            subject: None,
            observed: &empty,
            expected: &empty,
        };
        assert!(template.fill(&filling).unwrap_err().contains("expected.Y"));
        filling.expected = &expected;
        let filled = template.fill(&filling).unwrap();
        assert_eq!(filled.powershell, "Set-X $true");
        assert_eq!(filled.rollback, None);
    }

    /// Reads a literal of `quote` as PowerShell would; None where it is more than one expression.
    fn read_back(expression: &str) -> Option<String> {
        let is_quote = |c: char| c == '\'' || ('\u{2018}'..='\u{201B}').contains(&c);
        let inner = match expression.strip_prefix('(') {
            Some(inner) => inner.strip_suffix(')')?,
            None => expression,
        };
        let mut chars = inner.chars().peekable();
        let mut out = String::new();
        loop {
            match chars.next()? {
                '[' => {
                    let number: String = chars
                        .by_ref()
                        .skip("char]".len())
                        .take_while(|c| *c != ' ')
                        .collect();
                    out.push(char::from_u32(number.parse().ok()?)?);
                    if chars.peek().is_none() {
                        return Some(out);
                    }
                    if chars.by_ref().take(2).collect::<String>() != "+ " {
                        return None;
                    }
                    continue;
                }
                c if is_quote(c) => loop {
                    let c = chars.next()?;
                    if is_quote(c) {
                        match chars.peek() {
                            Some(next) if is_quote(*next) => out.push(chars.next()?),
                            _ => break,
                        }
                    } else {
                        out.push(c);
                    }
                },
                _ => return None,
            }
            match chars.next() {
                None => return Some(out),
                Some(' ') if chars.by_ref().take(2).collect::<String>() == "+ " => {}
                Some(_) => return None,
            }
        }
    }

    proptest! {
        #[test]
        fn any_text_comes_back_as_itself(text in any::<String>()) {
            let written = quote(&text);
            prop_assert_eq!(read_back(&written), Some(text));
            prop_assert!(!written.chars().any(needs_number));
        }

        #[test]
        fn hostile_text_comes_back_as_itself(text in "['\u{2018}\u{2019}\u{201a}\u{201b}`$();\n\r\t a-c\u{202e}\"]{0,12}") {
            prop_assert_eq!(read_back(&quote(&text)), Some(text));
        }
    }
}
