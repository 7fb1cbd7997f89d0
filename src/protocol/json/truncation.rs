//! What `ConvertTo-Json` leaves of a value beyond `-Depth`.

/// True where a text is what `ConvertTo-Json` writes for a value deeper than its `-Depth`: .NET type
/// names (`System.Object[]`; an array gives one name a member, joined by blanks) or the text form of a
/// custom object (`@{Name=EX01; Site=}`).
///
/// Such a text says that there was something, not what.
pub fn looks_truncated(text: &str) -> bool {
    if text.starts_with("@{") && text.ends_with('}') {
        return true;
    }
    let mut words = words(text).peekable();
    words.peek().is_some() && words.all(is_type_name)
}

/// Parts between blanks outside brackets: generic type names have blanks inside.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let mut depth = 0usize;
    text.split(move |c| {
        match c {
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        c == ' ' && depth == 0
    })
    .filter(|word| !word.is_empty())
}

fn is_type_name(word: &str) -> bool {
    let word = word.strip_prefix("Deserialized.").unwrap_or(word);
    let (name, arguments) = match word.find('[') {
        Some(i) => (&word[..i], &word[i..]),
        None => (word, ""),
    };
    if !arguments.is_empty() && !arguments.ends_with(']') {
        return false;
    }
    let mut segments = 0;
    for segment in name.split('.') {
        segments += 1;
        let identifier =
            |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'`' | b'+' | b'#');
        if !segment.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            || !segment.bytes().all(identifier)
        {
            return false;
        }
    }
    if name.starts_with("System.") {
        return true;
    }
    // Three segments are also names of applications and services (`Microsoft.Exchange.Store`).
    name.starts_with("Microsoft.") && (segments >= 4 || !arguments.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn type_names_and_object_texts_are_recognised() {
        for text in [
            "System.Object[]",
            "System.Object",
            "System.Collections.Hashtable",
            "System.Object System.Object System.Object",
            "Microsoft.Exchange.Data.Directory.ADObjectId",
            "Deserialized.Microsoft.Exchange.Data.SmtpDomain",
            "Microsoft.Exchange.Data.SmtpDomain Microsoft.Exchange.Data.SmtpDomain",
            "Microsoft.Exchange.Data.MultiValuedProperty`1[System.String]",
            "System.Collections.Generic.Dictionary`2[System.String, System.Int32]",
            "Microsoft.Exchange.Data.Unlimited`1[[System.Int32, mscorlib, Version=4.0.0.0]]",
            "System.Management.Automation.PSObject+Nested",
            "@{Name=EX01; Site=}",
            "@{}",
        ] {
            assert!(looks_truncated(text), "{text}");
        }
    }

    #[test]
    fn configuration_is_not() {
        for text in [
            "",
            " ",
            "EX01",
            "System",
            "System.",
            "The System.Object is here",
            "Microsoft.Exchange.Store",
            "Microsoft.Exchange",
            "mail.contoso.com",
            "system.contoso.com",
            "Microsoft Exchange",
            "(Microsoft.Exchange.Management.PowerShell.E2010) Get-Mailbox",
            "Microsoft.Exchange.Data.Directory/x",
            "@{a=b",
            "System.Object[",
        ] {
            assert!(!looks_truncated(text), "{text}");
        }
    }
}
