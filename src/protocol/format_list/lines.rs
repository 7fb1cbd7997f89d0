//! One line of pasted text: a row, a command, an error, or part of something else.

use std::borrow::Cow;

/// A command line, as far as it says what its answer is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    /// The last `Get-...` of the pipeline.
    pub cmdlet: String,
    /// The literal after its `-Server`.
    pub server: Option<String>,
    /// It has `-ADPropertiesOnly`.
    pub ad_only: bool,
}

/// One line without its end.
pub(super) struct Line<'a> {
    pub text: Cow<'a, str>,
    /// Byte offset in the text.
    pub at: usize,
    /// A line end follows.
    pub is_ended: bool,
}

/// `Name : value`. Columns count characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row<'l> {
    pub indent: usize,
    pub name: &'l str,
    /// Blanks between name and colon, at least one.
    pub gap: usize,
    pub colon: usize,
    pub value: &'l str,
}

pub(super) enum LineKind<'l> {
    Blank,
    Row(Row<'l>),
    /// A prompt, with a command or without.
    Command(Option<Command>),
    /// PowerShell's report of an error, with the cmdlet that it names.
    Error(Option<Command>),
    Other {
        indent: usize,
    },
}

/// The lines of a text. Colours are taken out; other control characters are no text.
pub(super) fn split(text: &str) -> impl Iterator<Item = Line<'_>> {
    let mut at = 0;
    text.split_inclusive('\n').map(move |raw| {
        let begin = at;
        at += raw.len();
        let body = raw.strip_suffix('\n').unwrap_or(raw);
        let is_ended = body.len() < raw.len();
        let body = body.strip_suffix('\r').unwrap_or(body);
        Line {
            text: plain(body),
            at: begin,
            is_ended,
        }
    })
}

/// Without the escape sequences of a colouring console.
fn plain(line: &str) -> Cow<'_, str> {
    let odd = |c: char| c.is_control() && c != '\t';
    if !line.contains(odd) {
        return Cow::Borrowed(line);
    }
    let mut out = String::with_capacity(line.len());
    let mut rest = line.chars().peekable();
    while let Some(c) = rest.next() {
        if c == '\u{1b}' && rest.peek() == Some(&'[') {
            // Parameters, then one letter.
            while rest.next().is_some_and(|c| !c.is_ascii_alphabetic()) {}
        } else {
            out.push(if odd(c) { '\u{fffd}' } else { c });
        }
    }
    Cow::Owned(out)
}

impl Line<'_> {
    pub fn kind(&self) -> LineKind<'_> {
        let text = self.text.trim();
        if text.is_empty() {
            return LineKind::Blank;
        }
        if let Some(command) = prompt(text) {
            return LineKind::Command(self::command(command));
        }
        // Other lines of an error stand right above this one; a list in a text begins with `+`, too.
        if text.starts_with("+ CategoryInfo") || text.starts_with("+ FullyQualifiedErrorId") {
            return LineKind::Error(None);
        }
        if let Some(row) = row(&self.text) {
            return match is_cmdlet(row.name) {
                true => LineKind::Error(command(row.name)),
                false => LineKind::Row(row),
            };
        }
        LineKind::Other {
            indent: self.text.chars().take_while(|c| c.is_whitespace()).count(),
        }
    }
}

/// What stands behind a prompt (`[PS] C:\>`, `PS C:\Users\me>`, `C:\>`, `>>`), or a line that is a
/// command without one.
fn prompt(text: &str) -> Option<&str> {
    if let Some(rest) = text.strip_prefix(">>") {
        return Some(rest);
    }
    let is_drive = text.as_bytes().first().is_some_and(u8::is_ascii_alphabetic)
        && text[1..].starts_with(":\\");
    if (text.starts_with("[PS]") || text.starts_with("PS ") || text == "PS>" || is_drive)
        && let Some(end) = text.find('>')
        && !text[..end].contains(" : ")
    {
        return Some(&text[end + 1..]);
    }
    let first = text
        .split(|c: char| c.is_whitespace() || c == '|')
        .next()
        .unwrap_or_default();
    let is_alone = text.len() == first.len()
        || text[first.len()..]
            .trim_start()
            .starts_with(['|', '-', '"', '\'']);
    (first.starts_with("Get-") && is_cmdlet(first) && is_alone).then_some(text)
}

/// The last `Get-Noun` of a command line, with its server.
fn command(text: &str) -> Option<Command> {
    let mut words = text
        .split(|c: char| c.is_whitespace() || matches!(c, '|' | '(' | ')' | '{' | '}' | ';'))
        .filter(|word| !word.is_empty());
    let mut found: Option<Command> = None;
    while let Some(word) = words.next() {
        let is_get = word
            .get(..4)
            .is_some_and(|verb| verb.eq_ignore_ascii_case("get-"));
        if is_get && is_cmdlet(word) {
            found = Some(Command {
                cmdlet: format!("Get-{}", &word[4..]),
                server: None,
                ad_only: false,
            });
        } else if let Some(found) = &mut found {
            if word.eq_ignore_ascii_case("-Server") {
                found.server = words
                    .next()
                    .map(|server| server.trim_matches(['"', '\'']))
                    .filter(|server| !server.is_empty() && !server.starts_with(['$', '-']))
                    .map(str::to_owned);
            }
            let lower = word.to_ascii_lowercase();
            found.ad_only |= lower.starts_with("-adprop") && !lower.ends_with("$false");
        }
    }
    found
}

/// `Verb-Noun`.
fn is_cmdlet(word: &str) -> bool {
    const VERBS: [&str; 19] = [
        "Get", "Set", "New", "Test", "Remove", "Enable", "Disable", "Update", "Add", "Start",
        "Stop", "Invoke", "Import", "Export", "Connect", "Enter", "Format", "Select", "Where",
    ];
    word.split_once('-').is_some_and(|(verb, noun)| {
        VERBS.iter().any(|known| known.eq_ignore_ascii_case(verb))
            && noun.len() > 2
            && noun.bytes().all(|b| b.is_ascii_alphanumeric())
    })
}

/// A row: a name without blanks, at least one blank, a colon, and a blank or nothing.
fn row(line: &str) -> Option<Row<'_>> {
    let body = line.trim_start();
    let indent = line[..line.len() - body.len()].chars().count();
    let end = body.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.')))?;
    let (name, rest) = body.split_at(end);
    if !name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') || name.len() > 100 {
        return None;
    }
    let after = rest.trim_start();
    let gap = rest[..rest.len() - after.len()].chars().count();
    let value = after.strip_prefix(':')?;
    if gap == 0 || !(value.is_empty() || value.starts_with(char::is_whitespace)) {
        return None;
    }
    Some(Row {
        indent,
        name,
        gap,
        colon: indent + name.len() + gap,
        value: value.trim(),
    })
}

/// A row whose name has blanks, where the colon stands in the column of its object's.
pub(super) fn row_at(line: &str, colon: usize) -> Option<Row<'_>> {
    let (at, c) = line.char_indices().nth(colon)?;
    if c != ':' {
        return None;
    }
    let (before, value) = (&line[..at], &line[at + 1..]);
    let name = before.trim();
    let indent = before.chars().take_while(|c| c.is_whitespace()).count();
    let gap = before
        .chars()
        .rev()
        .take_while(|c| c.is_whitespace())
        .count();
    let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || " _-.()#".contains(c));
    let is_row = gap > 0 && (value.is_empty() || value.starts_with(char::is_whitespace));
    (is_name && is_row).then(|| Row {
        indent,
        name,
        gap,
        colon,
        value: value.trim(),
    })
}
