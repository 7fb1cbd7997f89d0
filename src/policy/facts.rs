//! Dated tables beside the policies, mounted as `data.facts.<file stem>`.
//!
//! JSON is mounted as it is. CSV becomes a list of objects by header, every cell text. The date of a
//! JSON file is its top-level `as_of`; of a CSV file the newest whole ISO date in the column `as_of`,
//! else in `release_date`. `facts_date` is the newest of all files.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::error::{Diagnostic, Level};
use super::source::SourceFile;

/// All facts and their date.
#[derive(Clone, Debug, Default)]
pub(super) struct Facts {
    /// Stem to content.
    pub tables: BTreeMap<String, Value>,
    /// Newest date, `YYYY-MM-DD`; empty where no file has one.
    pub date: String,
}

impl Facts {
    pub fn read<'a>(
        files: impl Iterator<Item = &'a SourceFile>,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Self {
        let mut facts = Facts::default();
        let mut origin: BTreeMap<String, String> = BTreeMap::new();
        for file in files {
            let stem = file.stem().to_owned();
            if let Some(first) = origin.insert(stem.clone(), file.shown.clone()) {
                diagnostics.push(Diagnostic::of_file(
                    Level::Error,
                    "duplicate_facts",
                    &file.shown,
                    format!("`data.facts.{stem}` comes from {first} too"),
                    "rename one of the two files",
                ));
                continue;
            }
            let read = if file.relative.ends_with(".csv") {
                table(&file.text)
            } else {
                json(&file.text)
            };
            match read {
                Ok((value, date)) => {
                    if let Some(date) = date.filter(|date| *date > facts.date) {
                        facts.date = date;
                    }
                    facts.tables.insert(stem, value);
                }
                Err((line, column, message)) => diagnostics.push(Diagnostic::at(
                    Level::Error,
                    "facts_invalid",
                    &file.shown,
                    &file.text,
                    (line, column, 1),
                    message,
                    "mend the file; facts are JSON, or CSV with a header line",
                )),
            }
        }
        facts
    }
}

type Read = Result<(Value, Option<String>), (u32, u32, String)>;

fn json(text: &str) -> Read {
    let value: Value = serde_json::from_str(text).map_err(|error| {
        let place = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        (
            place(error.line()),
            place(error.column()),
            error.to_string(),
        )
    })?;
    let date = value.get("as_of").and_then(Value::as_str).and_then(date);
    Ok((value, date))
}

fn table(text: &str) -> Read {
    let mut reader = csv::ReaderBuilder::new()
        .comment(Some(b'#'))
        .from_reader(text.as_bytes());
    let wrong = |error: csv::Error| {
        let line = error.position().map_or(1, |p| p.line());
        (
            u32::try_from(line).unwrap_or(u32::MAX),
            0,
            error.to_string(),
        )
    };
    let header = reader.headers().map_err(wrong)?.clone();
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(wrong)?;
        let row: Map<String, Value> = header
            .iter()
            .zip(record.iter())
            .map(|(name, cell)| (name.to_owned(), Value::from(cell)))
            .collect();
        rows.push(Value::Object(row));
    }
    let column = ["as_of", "release_date"]
        .into_iter()
        .find(|column| header.iter().any(|name| name == *column));
    let newest = column.and_then(|column| {
        rows.iter()
            .filter_map(|row| row.get(column)?.as_str().and_then(date))
            .max()
    });
    Ok((Value::Array(rows), newest))
}

/// A whole ISO date; a month alone says too little.
fn date(text: &str) -> Option<String> {
    chrono::NaiveDate::parse_from_str(text, "%Y-%m-%d")
        .ok()
        .map(|date| date.to_string())
}

#[cfg(test)]
mod tests {
    use super::super::source::Role;
    use super::*;

    fn file(relative: &str, text: &str) -> SourceFile {
        SourceFile {
            built_in: false,
            relative: relative.to_owned(),
            shown: relative.to_owned(),
            role: Role::Facts,
            text: text.into(),
        }
    }

    #[test]
    fn csv_becomes_objects_and_the_newest_date_counts() {
        let files = [
            file(
                "facts/builds.csv",
                "build,release_date\n15.2.1.2,2025-10\n15.2.1.3,2025-02-11\n",
            ),
            file("facts/ids.json", r#"{"as_of": "2026-01-02", "ids": [1]}"#),
        ];
        let mut wrong = Vec::new();
        let facts = Facts::read(files.iter(), &mut wrong);
        assert_eq!(wrong, []);
        assert_eq!(facts.date, "2026-01-02");
        assert_eq!(facts.tables["builds"][1]["build"], "15.2.1.3");
        assert_eq!(facts.tables["ids"]["ids"][0], 1);
    }

    #[test]
    fn broken_and_repeated_files_are_named() {
        let files = [
            file("facts/a.csv", "x,y\n1,2\n3\n"),
            file("facts/a.json", "{}"),
            file("facts/b.json", "{\n  \"a\": }"),
        ];
        let mut wrong = Vec::new();
        Facts::read(files.iter(), &mut wrong);
        let codes: Vec<_> = wrong.iter().map(|d| (d.code, d.line)).collect();
        assert_eq!(
            codes,
            [
                ("facts_invalid", 3),
                ("duplicate_facts", 0),
                ("facts_invalid", 2)
            ]
        );
    }
}
