//! Which applications a `web.config` belongs to, where `applicationHost.config` was imported with it.

use crate::catalog::KeyRule;
use crate::model::Value;
use crate::protocol::iis::FOLDER;

use super::place::Candidate;

/// Gives every `web.config` the applications whose physical path is its folder. Where no application's
/// path tells, the folder's name has told already, or nothing has.
///
/// `server` says on which server a candidate lives, as far as anybody can tell.
pub(super) fn place_by_path(
    candidates: Vec<Candidate>,
    server: impl Fn(&Candidate) -> Option<String>,
) -> Vec<Candidate> {
    let is_ours = |c: &Candidate| c.spec.key == KeyRule::WebApplication;
    let physical: Vec<(Option<String>, Vec<String>, Value, Value)> = candidates
        .iter()
        .filter(|c| is_ours(c))
        .filter_map(|c| {
            let get = |name: &str| c.normalised.properties.get(name);
            let path = components(get("PhysicalPath")?.as_text()?);
            Some((
                server(c),
                path,
                get("SiteName")?.clone(),
                get("ApplicationPath")?.clone(),
            ))
        })
        .collect();
    let mut placed = Vec::with_capacity(candidates.len());
    let mut done: Option<usize> = None;
    for mut candidate in candidates {
        let folder = match is_ours(&candidate) {
            true => candidate.normalised.properties.remove(FOLDER),
            false => None,
        };
        let Some(folder) = folder.as_ref().and_then(Value::as_text) else {
            placed.push(candidate);
            continue;
        };
        // The copies for other applications of the same file.
        if done == Some(candidate.source) {
            continue;
        }
        let folder = components(folder);
        let own = server(&candidate);
        let here: Vec<_> = physical.iter().filter(|(on, ..)| *on == own).collect();
        let best = here
            .iter()
            .map(|(_, path, ..)| in_common(path, &folder))
            .max()
            .unwrap_or(0);
        let fitting: Vec<_> = here
            .into_iter()
            .filter(|(_, path, ..)| in_common(path, &folder) == best)
            .collect();
        let is_one_folder = fitting.windows(2).all(|two| two[0].1 == two[1].1);
        if best < 2 || !is_one_folder {
            placed.push(candidate);
            continue;
        }
        done = Some(candidate.source);
        for (_, _, site, path) in fitting {
            let mut copy = candidate.clone();
            let properties = &mut copy.normalised.properties;
            properties.insert("SiteName".to_owned(), site.clone());
            properties.insert("ApplicationPath".to_owned(), path.clone());
            placed.push(copy);
        }
    }
    placed
}

/// The names of a path, in lower case.
fn components(path: &str) -> Vec<String> {
    path.split(['/', '\\'])
        .filter(|part| !part.is_empty())
        .map(str::to_lowercase)
        .collect()
}

/// How many names two paths have in common at their ends; a path that is not whole within the other is
/// cut at its drive at best.
fn in_common(a: &[String], b: &[String]) -> usize {
    a.iter()
        .rev()
        .zip(b.iter().rev())
        .take_while(|(a, b)| a == b)
        .count()
}
