//! `*` and `?` over whole names, without case, as administrators write server lists.

/// True where the whole of `text` fits `pattern`: `*` any run, `?` one character.
pub fn glob_matches(pattern: &str, text: &str) -> bool {
    let pattern: Vec<char> = pattern.to_lowercase().chars().collect();
    let text: Vec<char> = text.to_lowercase().chars().collect();
    // One mark to come back to is enough, since a later `*` replaces an earlier one.
    let (mut p, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, t));
                p += 1;
            }
            Some(c) if *c == '?' || *c == text[t] => {
                p += 1;
                t += 1;
            }
            _ => match star {
                Some((at, from)) => {
                    star = Some((at, from + 1));
                    p = at + 1;
                    t = from + 1;
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|c| *c == '*')
}

#[cfg(test)]
mod tests {
    use super::glob_matches;

    #[test]
    fn globs() {
        for (pattern, text, fits) in [
            ("EX*", "ex01", true),
            ("EX??", "EX01", true),
            ("EX?", "EX01", false),
            ("*(Default Web Site)", "EX01\\EWS (Default Web Site)", true),
            ("*a*b*c", "xaxbxxbc", true),
            ("*a*b*c", "xaxbxxbd", false),
            ("", "", true),
            ("", "x", false),
            ("**", "", true),
        ] {
            assert_eq!(glob_matches(pattern, text), fits, "{pattern} {text}");
        }
    }
}
