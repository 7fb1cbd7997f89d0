//! Which modules of the library a text needs.

use super::source::SourceFile;

/// The library modules that a text names, directly or through others; in doubt one too many.
pub(super) fn needed<'a>(
    libs: impl Iterator<Item = &'a SourceFile> + Clone,
    text: &str,
) -> Vec<&'a SourceFile> {
    let mut needed: Vec<&SourceFile> = Vec::new();
    let mut texts = vec![text];
    while let Some(text) = texts.pop() {
        let all = names_the_whole_library(text);
        for lib in libs.clone() {
            let is_new = !needed.iter().any(|known| std::ptr::eq(*known, lib));
            if is_new && (all || text.contains(&format!("data.{}", lib.expected_package()))) {
                needed.push(lib);
                texts.push(&lib.text);
            }
        }
    }
    needed
}

/// `data[...]`, `data.lib[...]`, `import data.lib`: which module is meant shows only in evaluation.
fn names_the_whole_library(text: &str) -> bool {
    let goes_on = |rest: &str| rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
    text.contains("data[")
        || text.match_indices("data.lib").any(|(at, word)| {
            let rest = &text[at + word.len()..];
            !goes_on(rest) && !rest.strip_prefix('.').is_some_and(goes_on)
        })
}
