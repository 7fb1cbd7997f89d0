//! What all files together gave, and what is missing of it.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use crate::catalog::{self, KindSpec, states_secret};
use crate::model::{Plane, Resource, State};
use crate::normalise::server_name;
use crate::snapshot::{Source, Unrecognised};

use super::coverage::{Ended, ONE_SERVER_EACH};
use super::iis;
use super::import::{FailedFile, ImportError};
use super::jobs::Job;
use super::merge::Copy;
use super::place::{self, Candidate, STREAM_ERROR, Unplaced};
use super::read::FileRead;
use super::whose::Whose;

/// What all files together gave. Nothing that was read is lost here: it is a candidate, listed as
/// unrecognised, or a failed file.
pub(super) struct Gathered<'j> {
    jobs: &'j [Job],
    /// Files that were read.
    pub sources: Vec<Source>,
    /// How calls and files ended, for the coverage.
    pub ended: Vec<Ended>,
    /// Files of folders that could not be read.
    pub failed: Vec<FailedFile>,
    /// Some file or record has the list of servers, and does not tell of its own one alone.
    server_list: bool,
    /// The newest time at which a file says that it was collected.
    pub taken_at: Option<DateTime<Utc>>,
    /// Objects of known kinds that have no place, and files that hold other than their record says.
    pub unplaced: usize,
    candidates: Vec<Candidate>,
    unrecognised: BTreeMap<(String, Unplaced), usize>,
}

impl<'j> Gathered<'j> {
    /// Nothing yet but what the records said.
    pub fn new(jobs: &'j [Job], sources: Vec<Source>, ended: Vec<Ended>) -> Self {
        Gathered {
            jobs,
            sources,
            server_list: ended.iter().any(|e| e.kind == "ExchangeServer"),
            ended,
            failed: Vec::new(),
            taken_at: None,
            unplaced: 0,
            candidates: Vec::new(),
            unrecognised: BTreeMap::new(),
        }
    }

    /// A file that was read.
    pub fn took(&mut self, job: &Job, file: FileRead) {
        // A file that holds nothing still says that its call returned nothing.
        if file.candidates.is_empty()
            && file.unplaced.is_empty()
            && file.notes.is_empty()
            && let Some(spec) = job.told.kind.or(job.hint)
        {
            self.note(job, spec, None, State::Complete, None);
        }
        for (spec, reason) in file.notes {
            let (state, reason) = match reason {
                None => (State::Complete, None),
                Some(why) => {
                    self.unplaced += 1;
                    let reason = format!("{}: {why}", job.input.shown);
                    (State::Partial, Some(reason))
                }
            };
            self.note(job, spec, None, state, reason);
        }
        // What the record counted and the file does not hold was lost on the way.
        if let (Some(spec), Some(count)) = (job.told.kind, job.told.count)
            && count != file.source.objects as u64
        {
            self.unplaced += 1;
            let reason = format!(
                "{}: the record says {count} objects, the file holds {}",
                job.input.shown, file.source.objects
            );
            self.note(job, spec, None, State::Partial, Some(reason));
        }
        for unplaced in file.unplaced {
            // A known kind whose plane nobody can tell is not all there on any plane.
            if let Some(spec) = unplaced.kind.and_then(catalog::find) {
                self.unplaced += 1;
                for call in spec.calls {
                    let reason = without(job, &unplaced.missing);
                    self.note(job, spec, Some(call.plane), State::Partial, Some(reason));
                }
            }
            // An error among the answers: the call did not see everything.
            if unplaced.missing == STREAM_ERROR
                && let Some(spec) = job.told.kind.or(job.hint)
            {
                self.unplaced += 1;
                let reason = format!("{}: the cmdlet wrote an error", job.input.shown);
                self.note(job, spec, None, State::Failed, Some(reason));
            }
            self.list(job, unplaced);
        }
        self.server_list |= !file.ended.iter().any(tells_of_one_server)
            && file
                .candidates
                .iter()
                .any(|c| c.spec.name == "ExchangeServer");
        self.ended.extend(file.ended);
        self.taken_at = self.taken_at.max(file.taken_at);
        self.candidates.extend(file.candidates);
        self.sources.push(file.source);
    }

    /// A file of a folder that could not be read.
    pub fn refused(&mut self, job: &Job, error: &ImportError) {
        let whole = error.to_string();
        tracing::warn!("{whole}");
        // What to do next is said while importing; reports tell what is wrong.
        let reason = whole.lines().next().unwrap_or_default().to_owned();
        match job.told.kind.or(job.hint) {
            Some(spec) => self.note(job, spec, None, State::Failed, Some(reason)),
            None => self.list(
                job,
                Unplaced {
                    type_name: "(unreadable)".to_owned(),
                    missing: reason,
                    plane: None,
                    kind: None,
                },
            ),
        }
        self.failed.push(FailedFile {
            path: job.input.shown.clone(),
            reason: whole,
        });
    }

    /// Gives every candidate its server and key. What cannot have them is listed with what was missing,
    /// and its kind is not complete.
    pub fn identify(&mut self) -> Vec<Copy> {
        if self.server_list {
            self.ended.retain(|ended| !tells_of_one_server(ended));
        }
        let candidates = std::mem::take(&mut self.candidates);
        let jobs = self.jobs;
        let whose = Whose::new(&candidates, |source| &jobs[source].input);
        let server_of = |candidate: &Candidate| {
            let input = &jobs[candidate.source].input;
            whose.server(candidate, input)
        };
        let candidates = iis::place_by_path(candidates, |candidate| {
            server_of(candidate).unwrap_or_default()
        });
        let mut copies = Vec::with_capacity(candidates.len());
        for candidate in candidates {
            let job = &self.jobs[candidate.source];
            let (spec, plane) = (candidate.spec, candidate.plane);
            let server = server_of(&candidate);
            let properties = candidate.normalised.properties;
            let id = match &server {
                Ok(server) => place::resource_id(spec, plane, server.as_deref(), &properties),
                Err(missing) => Err(*missing),
            };
            let server = server.unwrap_or_default();
            match id {
                Ok(id) => copies.push(Copy {
                    source: candidate.source,
                    resource: Resource {
                        site: spec.site(&id.key),
                        server: server
                            .or_else(|| (spec.name == "ExchangeServer").then(|| id.key.clone())),
                        id,
                        evidence: candidate.evidence,
                        properties,
                        observed: candidate.normalised.observed,
                    },
                }),
                Err(missing) => {
                    self.unplaced += 1;
                    self.ended.push(Ended {
                        plane: Some(plane),
                        kind: spec.name,
                        server,
                        state: State::Partial,
                        reason: Some(without(job, missing)),
                        recorded: false,
                    });
                    self.list(
                        job,
                        Unplaced {
                            type_name: spec.name.to_owned(),
                            missing: missing.to_owned(),
                            plane: Some(plane),
                            kind: Some(spec.name),
                        },
                    );
                }
            }
        }
        for server in iis::without_host_file(&copies) {
            self.ended.push(Ended {
                plane: Some(Plane::Host),
                kind: "IisApplication",
                server: Some(server.to_owned()),
                state: State::Partial,
                reason: Some("applicationHost.config of the server was not read".to_owned()),
                recorded: false,
            });
        }
        copies
    }

    /// What was read and not placed, for the manifest.
    pub fn unrecognised(&mut self) -> Vec<Unrecognised> {
        let mut all: Vec<Unrecognised> = std::mem::take(&mut self.unrecognised)
            .into_iter()
            .map(|((path, unplaced), count)| Unrecognised {
                path,
                type_name: unplaced.type_name,
                count,
                missing: unplaced.missing,
                plane: unplaced.plane,
            })
            .collect();
        all.sort();
        all
    }

    fn list(&mut self, job: &Job, mut unplaced: Unplaced) {
        if states_secret(&unplaced.type_name) {
            unplaced.type_name = "(redacted)".to_owned();
        }
        *self
            .unrecognised
            .entry((job.input.shown.clone(), unplaced))
            .or_default() += 1;
    }

    fn note(
        &mut self,
        job: &Job,
        spec: &'static KindSpec,
        plane: Option<Plane>,
        state: State,
        reason: Option<String>,
    ) {
        self.ended.push(Ended {
            plane: plane.or(job.told.plane).or(job.folder_plane),
            kind: spec.name,
            server: job.told.server.as_deref().map(server_name),
            state,
            reason,
            recorded: false,
        });
    }
}

fn tells_of_one_server(ended: &Ended) -> bool {
    ended.reason.as_deref() == Some(ONE_SERVER_EACH)
}

fn without(job: &Job, missing: &str) -> String {
    format!(
        "{}: an object could not be placed (missing: {missing})",
        job.input.shown
    )
}
