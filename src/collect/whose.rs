//! Which server a candidate belongs to, where its object does not say so itself.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::Value;
use crate::normalise::server_name;

use super::files::Input;
use super::format;
use super::place::{self, Candidate};

/// What the other files and the paths know of servers.
pub(super) struct Whose {
    /// The servers that a list of servers or some object of their own names.
    known: BTreeSet<String>,
    /// Files whose certificates say of their server what those of another server say too.
    alike: BTreeSet<usize>,
}

/// Why a certificate has no server.
const ONE_SESSION: &str = "server: these certificates are of several servers and name the computer of one \
     session; a folder or a file named like the server, or --server, says whose they are";

impl Whose {
    /// `input`: the file of a source.
    pub fn new<'i>(candidates: &[Candidate], input: impl Fn(usize) -> &'i Input) -> Self {
        let listed = candidates
            .iter()
            .filter(|c| c.spec.name == "ExchangeServer")
            .filter_map(|c| {
                place::resource_id(c.spec, c.plane, None, &c.normalised.properties).ok()
            })
            .map(|id| id.key);
        let named = candidates
            .iter()
            .filter(|c| c.spec.is_server_bound() && !c.is_session)
            .filter_map(|c| c.server.clone());
        let known = listed.chain(named).collect();
        let mut whose = Whose {
            known,
            alike: BTreeSet::new(),
        };
        whose.alike = alike(candidates, |source| whose.in_path(input(source)).is_some());
        whose
    }

    /// The server of a candidate, or what is missing to tell.
    pub fn server(
        &self,
        candidate: &Candidate,
        input: &Input,
    ) -> Result<Option<String>, &'static str> {
        let own = candidate.server.clone();
        if !candidate.spec.is_server_bound() {
            return Ok(None);
        }
        if !candidate.is_session {
            return Ok(own.or_else(|| self.in_path(input)));
        }
        match self.in_path(input) {
            Some(server) => Ok(Some(server)),
            None if self.alike.contains(&candidate.source) => Err(ONE_SESSION),
            None => Ok(own),
        }
    }

    /// The known server that a folder is named like, else the one that stands in the file's name
    /// (`ExchangeCertificate.EX02.xml`).
    fn in_path(&self, input: &Input) -> Option<String> {
        let mut folders = input.folders().map(server_name);
        let folder = folders.find(|name| self.known.contains(name));
        folder.or_else(|| self.in_name(input.name()))
    }

    fn in_name(&self, name: &str) -> Option<String> {
        if format::iis::file(name).is_some() {
            return None;
        }
        let (stem, _) = name.rsplit_once('.').unwrap_or((name, ""));
        let stem = stem.to_uppercase();
        let named = |server: &str| {
            let is_end = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
            stem.match_indices(server).any(|(at, _)| {
                is_end(stem[..at].chars().next_back())
                    && is_end(stem[at + server.len()..].chars().next())
            })
        };
        // `EX01-DMZ` names `EX01` too; two servers beside each other name none.
        let found: Vec<&String> = self.known.iter().filter(|server| named(server)).collect();
        let longest = found.iter().max_by_key(|server| server.len())?;
        let others = found.iter().all(|server| longest.contains(server.as_str()));
        others.then(|| (*longest).clone())
    }
}

/// The sources that name one session for certificates of several servers: no server has a certificate
/// twice, and the answers of one server do not differ.
fn alike(candidates: &[Candidate], is_told: impl Fn(usize) -> bool) -> BTreeSet<usize> {
    let mut sessions: BTreeMap<&str, BTreeMap<usize, Vec<&str>>> = BTreeMap::new();
    for candidate in candidates {
        let thumbprint = candidate.normalised.properties.get("Thumbprint");
        if let Some(session) = candidate.server.as_deref()
            && let Some(thumbprint) = thumbprint.and_then(Value::as_text)
            && candidate.is_session
            && !is_told(candidate.source)
        {
            let files = sessions.entry(session).or_default();
            files.entry(candidate.source).or_default().push(thumbprint);
        }
    }
    let mut alike = BTreeSet::new();
    for files in sessions.into_values() {
        let mut answers = BTreeSet::new();
        let mut twice = false;
        for thumbprints in files.values() {
            let different: BTreeSet<&str> = thumbprints.iter().copied().collect();
            twice |= different.len() < thumbprints.len();
            answers.insert(different);
        }
        if twice || answers.len() > 1 {
            alike.extend(files.into_keys());
        }
    }
    alike
}
