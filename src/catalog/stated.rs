//! The net by text: what states a secret, whatever property, element or message it stands in.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use regex::Regex;

use super::secrets::WORDS;

/// Forms that need no word of [`WORDS`] followed by its value.
static FORMS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let words = WORDS.join("|");
    Regex::new(
        &[
            // A key in PEM form; a blob of the Windows data protection API.
            r"-----begin[^-]*private key",
            "01000000d08c9ddf0115d1118c7a00c04fc297eb",
            // Headers that carry a token.
            r"bearer\s+\S{8}",
            r"\bauthorization['\x22]?\s*[:=]\s*\S",
            r"\bcookie['\x22]?\s*:\s*[^=;\s]+=\S",
            // A JSON web token by its three parts.
            r"\beyj[a-z0-9_-]{8,}\.[a-z0-9_-]{8,}\.",
            // Parts of an address: user and password, signatures and codes.
            r"//[^/?#@\s:]*:[^/?#@\s]+@",
            r"[?&#](?:sig|code|key|pass|api[_-]?key)=[^&\s]",
            r"\bapi[_-]key['\x22]?\s*[:=]\s*\S",
            // Commands: `-Password x`, `ConvertTo-SecureString 'x'`; a variable is none.
            &format!(r"(?:^|\s)-\w*(?:{words})\w*\s+['\x22]?[^\s'\x22$(-]"),
            r"convertto-securestring\s[^$]*['\x22]",
            // Pairs: `key='password' value='x'`, `{'Name': 'password', 'Value': 'x'}`.
            &format!(
                r"['\x22>][\w .-]*(?:{words})[\w .-]*['\x22]?[\s,;]*(?:</\w+>\s*<)?['\x22]?value['\x22]?\s*[:=>]"
            ),
        ]
        .map(|form| format!("(?:{form})"))
        .join("|"),
    )
    .ok()
});

/// Without one of these and without an `@`, none of the forms fits.
static HINTS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    let others = [
        "-----begin",
        "01000000d08c9ddf",
        "bearer",
        "authorization",
        "cookie",
        "eyj",
        "sig=",
        "code=",
        "key=",
        "pass=",
        "api_key",
        "api-key",
        "convertto-securestring",
        "basic ",
    ];
    AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .build(WORDS.iter().chain(&others))
        .ok()
});

/// Text that states a secret: `Password=...` of connection strings, `"clientSecret": "..."` of JSON in
/// text, `<Parameter Name="ClientSecret">` of XML in text, a private key in PEM form, the header of a
/// token, an address with a password.
pub fn states_secret(text: &str) -> bool {
    // Every value of every export is asked: most have none of the words at all.
    let may = memchr::memchr(b'@', text.as_bytes()).is_some()
        || HINTS.as_ref().is_none_or(|hints| hints.is_match(text));
    if !may {
        return false;
    }
    let lower = text.to_ascii_lowercase();
    states_word(&lower)
        || FORMS.as_ref().is_none_or(|forms| forms.is_match(&lower))
        || has_basic_credentials(text)
}

/// One of the words with its value behind it.
fn states_word(lower: &str) -> bool {
    if !lower.contains(['=', ':', '>']) {
        return false;
    }
    WORDS.iter().any(|word| {
        lower.match_indices(*word).any(|(at, _)| {
            // `PublicKeyToken=` of assembly names is public by its name.
            let is_public = lower[..at].ends_with("publickey");
            let rest = lower[at + word.len()..]
                .trim_start_matches(|c: char| c.is_whitespace() || c == '"' || c == '\'');
            let value = rest
                .strip_prefix(['=', ':', '>'])
                .map(|value| value.trim_start_matches(|c: char| c.is_whitespace() || c == '"'));
            // `token://` and a sentence that ends in a colon state nothing.
            !is_public && value.is_some_and(|v| !v.is_empty() && !v.starts_with("//"))
        })
    })
}

/// `Basic dXNlcjpwYXNz`: a user and a password, as base64.
fn has_basic_credentials(text: &str) -> bool {
    let mut words = text.split_ascii_whitespace();
    while let Some(word) = words.next() {
        if word.len() >= 5
            && word.to_ascii_lowercase().ends_with("basic")
            && let Some(next) = words.clone().next()
            && let Ok(bytes) = STANDARD.decode(next.trim_matches(['"', '\'', ',', ';']))
            && bytes.contains(&b':')
        {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_states_a_secret() {
        assert!(FORMS.is_some());
        for text in [
            "Server=a;Uid=sa;Pwd=x1",
            "{\"clientSecret\": \"x1\"}",
            "<machineKey validationKey=\"x1\"/>",
            "-----BEGIN RSA PRIVATE KEY-----",
            "Authorization: Basic c3ZjOngxeDE=",
            "basic c3ZjOngxeDE=",
            "Bearer 0123456789",
            "Cookie: FedAuth=x1",
            "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxMjM0In0.SflKxwRJSMeKKF2QT4",
            "ftp://user:x1@host/",
            "see https://user:x1@host/ for more",
            "https://x.blob/c?sv=2020&sig=x1%3D",
            "https://app/cb#access_token=x1",
            "https://app/cb?code=x1",
            "api_key=x1",
            "AccountKey=x1;EndpointSuffix=core",
            "passwd: x1",
            "Set-Thing -AdminPassword x1",
            "ConvertTo-SecureString \"x1\" -AsPlainText -Force",
            "01000000d08c9ddf0115d1118c7a00c04fc297eb0100000012345678",
            "<add key=\"password\" value=\"x1\"/>",
            "[{\"Name\":\"Password\",\"Value\":\"x1\"}]",
            "<Key>password</Key><Value>x1</Value>",
        ] {
            assert!(states_secret(text), "{text}");
        }
    }

    #[test]
    fn what_does_not() {
        for text in [
            "",
            "Basic",
            "Basic Negotiate Ntlm",
            "Basic Authentication",
            "https://mail.contoso.com/EWS/Exchange.asmx",
            "https://mail.contoso.com:8443/owa?ae=Item&t=IPM.Note",
            "https://login.windows.net/common/wsfederation?wa=wsignin1.0",
            "https://sts.contoso.com/adfs/oauth2/token",
            "IIS://EX01.contoso.com/W3SVC/1/ROOT/EWS",
            "Microsoft.Exchange, Version=15.0.0.0, PublicKeyToken=31bf3856ad364e35",
            "CN=Password Settings,CN=System,DC=contoso,DC=com",
            "The password is changed every year:",
            "Set-Thing -Credential $cred",
            "New-Thing -Credential (Get-Credential)",
            "HostName: ex01; Basic: False",
            "15.2.1118.7",
            "0C3F8D1E2B4A5968778695A4B3C2D1E0F9081726",
        ] {
            assert!(!states_secret(text), "{text}");
        }
    }
}
