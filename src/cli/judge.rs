//! What every judging verb shares: the policies, params and waivers in force, and the way from a
//! snapshot to an assessment.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};

use crate::config::{FailOn, Organization, Params, parse_yaml};
use crate::finding::{self, Assessed, Waivers};
use crate::model::{Assessment, Outcome, Outlier, Plane, Resource, Value};
use crate::peers;
use crate::policy::{self, EvaluateOptions, LoadOptions, PolicySet};
use crate::report::{ServerFacts, visible};
use crate::snapshot::{Resolved, Snapshot, Store};

use super::args::JudgeArgs;
use super::cache::{self, Cache};
use super::context::{Context, read_text};
use super::error::CliError;

/// Snapshots that are looked at for how long a finding stands.
const LOOK_BACK: usize = 60;

/// OAuth only on servers that face the internet.
const DEFAULT_PROFILE: &str = "hma_external";

/// Policies with everything that they are asked under.
pub(super) struct Judge {
    pub set: PolicySet,
    params: Params,
    waivers: Waivers,
    profile: Option<String>,
    disabled: BTreeMap<String, String>,
    planes: Option<Vec<Plane>>,
    pub fail_on: FailOn,
    cache: Option<Cache>,
}

impl Judge {
    /// Loads what the command line and the configuration name.
    pub fn load(
        args: &JudgeArgs,
        config_policies: &[std::path::PathBuf],
        settings: &Organization,
        context: &Context,
    ) -> Result<Self, CliError> {
        let mut dirs = args.policies.clone();
        dirs.extend(
            config_policies
                .iter()
                .map(|path| context.beside_config(path)),
        );
        let set = PolicySet::load(LoadOptions {
            dirs,
            builtin: !args.no_builtin,
        })?;
        let params = match &args.params {
            Some(path) => parse_yaml(&read_text(path)?, path)?,
            None => settings.params.clone(),
        };
        let waivers_path = args.waivers.clone().or_else(|| {
            settings
                .waivers
                .as_ref()
                .map(|path| context.beside_config(path))
        });
        let waivers = match waivers_path {
            Some(path) => {
                let shown = path.display().to_string();
                let waivers = Waivers::parse(&shown, &read_text(&path)?)?;
                for waiver in &waivers.list {
                    if set.policy(&waiver.policy).is_none() {
                        let place = format!("{shown}:{}", waiver.line);
                        return Err(unknown_policy(&waiver.policy, &set, &place));
                    }
                }
                waivers
            }
            None => Waivers::default(),
        };
        let named = args
            .profile
            .clone()
            .or_else(|| settings.audit.profile.clone());
        let named = named.filter(|_| !set.profiles().is_empty());
        if let Some(profile) = &named
            && !set.profiles().contains(&profile.as_str())
        {
            return Err(CliError::Usage(format!(
                "no policy belongs to the profile `{}`; one of {}",
                visible(profile),
                set.profiles().join(", ")
            )));
        }
        // Whoever names none gets what the program is for.
        let profile = named.or_else(|| {
            set.profiles()
                .contains(&DEFAULT_PROFILE)
                .then(|| DEFAULT_PROFILE.to_owned())
        });
        let mut disabled = BTreeMap::new();
        for (id, switch) in &settings.audit.policies {
            if set.policy(id).is_none() {
                return Err(unknown_policy(
                    id,
                    &set,
                    "the configuration's audit.policies",
                ));
            }
            if !switch.enabled {
                disabled.insert(id.clone(), switch.reason.clone().unwrap_or_default());
            }
        }
        Ok(Judge {
            set,
            params,
            waivers,
            profile,
            disabled,
            planes: settings.planes.clone().map(with_host),
            fail_on: args.fail_on.or(settings.audit.fail_on).unwrap_or_default(),
            cache: (!args.no_cache)
                .then(|| Cache::new(args.cache.clone().or_else(cache::default_folder))),
        })
    }

    /// The same policies with other params, for organizations that are not configured.
    pub fn with_params(mut self, params: Params) -> Self {
        self.params = params;
        self
    }

    fn params_json(&self) -> Result<serde_json::Value, CliError> {
        serde_json::to_value(&self.params).map_err(|error| CliError::Output(error.into()))
    }

    /// What the policies are asked with.
    pub fn world(&self, snapshot: &Snapshot) -> Result<serde_json::Value, CliError> {
        let mut options = EvaluateOptions::at(snapshot.manifest.times.ended);
        options.params = self.params_json()?;
        policy::world(&self.set, snapshot, &options).map_err(|error| CliError::Output(error.into()))
    }

    /// Judges a snapshot at the end of its collection.
    pub fn assess(
        &self,
        snapshot: &Snapshot,
        previous: &[Assessment],
    ) -> Result<Assessed, CliError> {
        self.assess_at(snapshot, previous, snapshot.manifest.times.ended)
    }

    /// Judges a snapshot at another moment.
    pub fn assess_at(
        &self,
        snapshot: &Snapshot,
        previous: &[Assessment],
        now: DateTime<Utc>,
    ) -> Result<Assessed, CliError> {
        let params = self.params_json()?;
        let params_digest = policy::params_digest(&params);
        let mut options = EvaluateOptions::at(now);
        options.params = params;
        options.profile.clone_from(&self.profile);
        options.disabled.clone_from(&self.disabled);
        options.planes.clone_from(&self.planes);
        let evaluations = match &self.cache {
            Some(cache) => cache.evaluate(&self.set, snapshot, &options),
            None => policy::evaluate(&self.set, snapshot, &options),
        };
        let under = finding::Context {
            evaluated_at: now,
            policies_digest: self.set.digest().to_owned(),
            params_digest,
            facts_date: self.set.facts_date().to_owned(),
            outliers: self.outliers(snapshot),
        };
        Ok(finding::assess(
            snapshot,
            evaluations,
            &self.waivers,
            Some(previous),
            under,
        ))
    }

    /// The servers that are not like their peers.
    fn outliers(&self, snapshot: &Snapshot) -> Vec<Outlier> {
        let mut readers: HashMap<(Plane, &str, &str), Vec<String>> = HashMap::new();
        for policy in self.set.policies() {
            for needed in policy.metadata.named() {
                if let Some(property) = &needed.property {
                    let place = (needed.plane, needed.kind.as_str(), property.as_str());
                    let ids = readers.entry(place).or_default();
                    if !ids.contains(&policy.metadata.id) {
                        ids.push(policy.metadata.id.clone());
                    }
                }
            }
        }
        peers::outliers(
            snapshot,
            &peers::Knowledge {
                exposure: &|server| {
                    let lists = self.params.exposure.as_ref()?;
                    lists.of(server).map(str::to_owned)
                },
                read_by: &|plane, kind, property| {
                    let found = readers.get(&(plane, kind, property));
                    found.cloned().unwrap_or_default()
                },
            },
        )
    }

    /// The assessments of earlier snapshots, oldest first. The one just before is made where none is
    /// kept, so that a report can say what is worse than last time.
    pub fn history(
        &self,
        store: &impl Store,
        current: &Resolved,
        make_last: bool,
    ) -> Result<Vec<Assessment>, CliError> {
        if current.outside.is_some() {
            return Ok(Vec::new());
        }
        let history = store.history(&current.organization)?;
        let mut earlier: Vec<_> = history
            .by_time()
            .into_iter()
            .take_while(|entry| entry.id != current.id)
            .collect();
        earlier.retain(|entry| !history.is_pruned(&entry.id));
        let skip = earlier.len().saturating_sub(LOOK_BACK);
        let mut found = Vec::new();
        let last = earlier.last().map(|entry| entry.id.clone());
        for entry in &earlier[skip..] {
            let kept = self.kept(store, &current.organization, &entry.id, entry.ended)?;
            match kept {
                Some(assessment) => found.push(assessment),
                None if make_last && Some(&entry.id) == last.as_ref() => {
                    let resolved = Resolved::stored(&current.organization, entry);
                    // A damaged older snapshot must not cost the newest one its answer.
                    match store.load(&resolved) {
                        Ok(snapshot) => found.push(self.assess(&snapshot, &found)?.assessment),
                        Err(problem) => {
                            tracing::warn!("not compared with {resolved}: {problem}");
                            found.clear();
                        }
                    }
                }
                // A hole in the history: nobody knows what failed then.
                None => found.clear(),
            }
        }
        Ok(found)
    }

    /// Names a judgement by all that it rests on beside the snapshot: another profile or waiver is
    /// another judgement, and never "last time".
    fn digest(&self, evaluated_at: DateTime<Utc>) -> Result<String, CliError> {
        let under = format!(
            "{}\n{}\n{}\n{:?}\n{:?}\n{:?}\n{:?}\n{}",
            self.set.digest(),
            policy::params_digest(&self.params_json()?),
            self.set.facts_date(),
            self.profile,
            self.disabled,
            self.planes,
            self.waivers,
            evaluated_at.to_rfc3339()
        );
        let digest = ring::digest::digest(&ring::digest::SHA256, under.as_bytes());
        Ok(crate::normalise::hex_lower(digest.as_ref()))
    }

    /// The kept assessment of a snapshot by just this judgement, else none.
    fn kept(
        &self,
        store: &impl Store,
        organization: &str,
        id: &str,
        ended: DateTime<Utc>,
    ) -> Result<Option<Assessment>, CliError> {
        let digest = self.digest(ended)?;
        // One that an older version wrote in another form is no reason to stop.
        Ok(store
            .assessment(organization, id, &digest)?
            .and_then(|json| serde_json::from_slice(&json).ok()))
    }

    /// Keeps an assessment in the store. A store that cannot be written is said, and no error: the
    /// answer is there all the same.
    pub fn keep(&self, store: &impl Store, current: &Resolved, assessment: &Assessment) {
        if current.outside.is_some() {
            return;
        }
        let kept = serde_json::to_vec(assessment)
            .map_err(|error| error.to_string())
            .and_then(|json| {
                let digest = self
                    .digest(assessment.evaluated_at)
                    .map_err(|error| error.to_string())?;
                store
                    .keep_assessment(&current.organization, &current.id, &digest, &json)
                    .map_err(|error| error.to_string())
            });
        if let Err(problem) = kept {
            tracing::warn!("the assessment is not kept: {problem}");
        }
    }

    /// What reports tell of each server.
    pub fn servers(&self, snapshot: &Snapshot) -> Vec<ServerFacts> {
        let text = |resource: &Resource, name: &str| {
            resource
                .properties
                .get(name)
                .and_then(Value::as_text)
                .map(str::to_owned)
        };
        snapshot
            .of_kind(Plane::Onprem, "ExchangeServer")
            .map(|server| {
                let name = server.id.key.clone();
                let version = snapshot
                    .of_kind(Plane::Host, "ServerVersion")
                    .find(|version| version.id.key == name)
                    .and_then(|version| text(version, "FileVersion"));
                let exposure = self
                    .params
                    .exposure
                    .as_ref()
                    .and_then(|lists| lists.of(&name));
                let is_edge = server.properties.get("IsEdgeServer") == Some(&Value::Bool(true));
                ServerFacts {
                    role: text(server, "ServerRole").unwrap_or_default(),
                    build: version.or_else(|| text(server, "AdminDisplayVersion")),
                    exposure: exposure.map(str::to_owned),
                    is_edge,
                    name,
                }
            })
            .collect()
    }

    /// The lines of configuration that would turn unknowns into answers.
    pub fn hints(&self, snapshot: &Snapshot, assessment: &Assessment) -> Vec<String> {
        let asks = |word: &str| {
            assessment.evaluations.iter().any(|e| {
                e.outcome == Outcome::Unknown
                    && e.reason.as_deref() == Some("param_missing")
                    && e.message.contains(word)
            })
        };
        if !asks("exposure") {
            return Vec::new();
        }
        let names: Vec<String> = self
            .servers(snapshot)
            .into_iter()
            .filter(|server| server.exposure.is_none() && !server.is_edge)
            .map(|server| format!("\"{}\"", server.name))
            .collect();
        vec![format!(
            "# exdrift.yaml: say who can reach which server, and the external policies can answer\n\
             version: 1\norganizations:\n  {}:\n    params:\n      exposure:\n        internet: []     # of {}\n        \
             exo_only: []\n        internal: []",
            assessment.organization,
            names.join(", ")
        )]
    }
}

/// Host facts come with Exchange Server: whoever has the one has the other.
fn with_host(mut planes: Vec<Plane>) -> Vec<Plane> {
    if planes.contains(&Plane::Onprem) && !planes.contains(&Plane::Host) {
        planes.push(Plane::Host);
    }
    planes
}

/// The error for an id that no policy has, with what comes near.
pub(super) fn unknown_policy(id: &str, set: &PolicySet, place: &str) -> CliError {
    let prefix = id.split('-').next().unwrap_or(id).to_ascii_uppercase();
    let near: Vec<&str> = set
        .policies()
        .iter()
        .map(|policy| policy.metadata.id.as_str())
        .filter(|known| known.starts_with(&prefix))
        .collect();
    let known = if near.is_empty() {
        String::new()
    } else {
        format!(" ({})", near.join(", "))
    };
    CliError::Usage(format!(
        "{place}: no policy has the id `{}`{known}\n  next: exdrift policy list shows all",
        visible(id)
    ))
}

/// Reads a pack of policies alone, for verbs that judge nothing.
pub(super) fn load_set(dirs: &[std::path::PathBuf], builtin: bool) -> Result<PolicySet, CliError> {
    Ok(PolicySet::load(LoadOptions {
        dirs: dirs.to_vec(),
        builtin,
    })?)
}
