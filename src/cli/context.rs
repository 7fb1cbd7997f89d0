//! What every verb needs: configuration, store, and where output goes.

use std::fs;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use indicatif::{ProgressBar, ProgressStyle};

use crate::config::{Config, Organization};
use crate::policy::{Level, PolicyError};
use crate::report::{RenderOptions, Report, render, visible};
use crate::snapshot::{FolderStore, Store};

use super::args::{Global, ReportArgs, When};
use super::error::CliError;

/// What every verb needs. The only place that looks at the environment and the clock.
pub(super) struct Context {
    config_path: Option<PathBuf>,
    store_path: Option<PathBuf>,
    quiet: bool,
    color: When,
    progress: When,
}

impl Context {
    pub fn new(global: &Global) -> Self {
        let level = match (global.quiet, global.verbose) {
            (true, _) => "error",
            (false, 0) => "warn",
            (false, 1) => "info",
            (false, _) => "debug",
        };
        // A second subscriber in one process (tests) is no matter.
        let _ = tracing_subscriber::fmt()
            .with_writer(io::stderr)
            .with_ansi(false)
            .without_time()
            .with_target(false)
            .with_env_filter(format!("exdrift={level}"))
            .try_init();
        Context {
            config_path: global.config.clone(),
            store_path: global.store.clone(),
            quiet: global.quiet,
            color: global.color,
            progress: global.progress,
        }
    }

    /// The moment at which the verb runs.
    pub fn now(&self) -> DateTime<Utc> {
        Utc::now()
    }

    /// The configuration; the default where there is no file and none was named.
    pub fn config(&self) -> Result<Config, CliError> {
        let path = match &self.config_path {
            Some(path) => path.clone(),
            None => {
                let path = PathBuf::from("exdrift.yaml");
                if !path.exists() {
                    return Ok(Config::default());
                }
                path
            }
        };
        Ok(Config::parse(&read_text(&path)?, &path)?)
    }

    /// A path of the configuration file, which is relative to that file.
    pub fn beside_config(&self, path: &Path) -> PathBuf {
        match self.config_path.as_ref().and_then(|config| config.parent()) {
            Some(folder) => folder.join(path),
            None => path.to_owned(),
        }
    }

    /// The configuration file named on the command line.
    pub fn config_path(&self) -> Option<PathBuf> {
        self.config_path.clone()
    }

    /// The store: `--store`, the configuration's, `snapshots`.
    pub fn store(&self, config: &Config) -> Result<FolderStore, CliError> {
        let path = match (&self.store_path, &config.store) {
            (Some(path), _) => path.clone(),
            (None, Some(path)) => self.beside_config(path),
            (None, None) => PathBuf::from("snapshots"),
        };
        Ok(FolderStore::open(path)?)
    }

    /// The organization meant: the one named, or the only one that the store or configuration has.
    pub fn organization(
        &self,
        named: Option<&str>,
        config: &Config,
        store: &impl Store,
    ) -> Result<String, CliError> {
        if let Some(name) = named {
            return Ok(name.to_owned());
        }
        let mut known = store.organizations()?;
        if known.is_empty() {
            known = config.organizations.keys().cloned().collect();
        }
        match known.as_slice() {
            [only] => Ok(only.clone()),
            [] => Err(CliError::Usage(
                "there is no organization yet\n  next: exdrift import PATH --org NAME".to_owned(),
            )),
            several => Err(CliError::Usage(format!(
                "the store has several organizations ({})\n  next: say which with --org NAME",
                several.join(", ")
            ))),
        }
    }

    /// A note for the person at the terminal.
    pub fn say(&self, text: &str) {
        if !self.quiet {
            for line in text.lines() {
                let _ = writeln!(io::stderr(), "{}", visible(line));
            }
        }
    }

    /// An error for the person at the terminal.
    pub fn problem(&self, error: &CliError) {
        let mut first = true;
        let text = match error {
            // All of them at once, each with its line and what to do.
            CliError::Policy(PolicyError::Refused { diagnostics }) => diagnostics
                .iter()
                .filter(|diagnostic| diagnostic.level == Level::Error)
                .map(|diagnostic| format!("{}\n", diagnostic.render(false)))
                .collect(),
            error => error.to_string(),
        };
        for line in text.trim_start_matches("error: ").lines() {
            let start = if std::mem::take(&mut first) {
                "error: "
            } else {
                ""
            };
            let _ = writeln!(io::stderr(), "{start}{}", visible(line));
        }
    }

    /// A bar on standard error where a person watches.
    pub fn progress(&self, what: &'static str) -> ProgressBar {
        let shown = match self.progress {
            When::Always => true,
            When::Never => false,
            When::Auto => !self.quiet && io::stderr().is_terminal(),
        };
        if !shown {
            return ProgressBar::hidden();
        }
        let bar = ProgressBar::new_spinner().with_message(what);
        bar.set_style(ProgressStyle::default_spinner());
        bar.enable_steady_tick(std::time::Duration::from_millis(100));
        bar
    }

    /// How text for standard output is rendered.
    fn render_options(&self, to_file: bool) -> RenderOptions {
        let terminal = io::stdout().is_terminal() && !to_file;
        let color = match self.color {
            When::Always => true,
            When::Never => false,
            When::Auto => {
                terminal
                    && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
                    && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
            }
        };
        let width = std::env::var("COLUMNS")
            .ok()
            .and_then(|text| text.parse().ok());
        RenderOptions {
            width: width.unwrap_or(if terminal { terminal_width() } else { 100 }),
            color,
            brief: false,
        }
    }

    /// Writes the first screen of a report to standard output.
    pub fn story(&self, report: &Report<'_>) -> Result<(), CliError> {
        let mut bytes = Vec::new();
        let options = RenderOptions {
            brief: true,
            ..self.render_options(false)
        };
        render("text", report, &mut bytes, &options)?;
        self.output(&bytes, None)
    }

    /// Writes a report to standard output or to a file.
    pub fn report(&self, report: &Report<'_>, args: &ReportArgs) -> Result<(), CliError> {
        let mut bytes = Vec::new();
        let options = self.render_options(args.output.is_some());
        render(&args.format, report, &mut bytes, &options)?;
        self.output(&bytes, args.output.as_deref())
    }

    /// Writes bytes to standard output, or to a file that appears whole or not at all.
    pub fn output(&self, bytes: &[u8], file: Option<&Path>) -> Result<(), CliError> {
        match file {
            None => {
                let mut out = io::stdout().lock();
                out.write_all(bytes)
                    .and_then(|()| out.flush())
                    .map_err(CliError::Output)
            }
            Some(path) => {
                write_whole(path, bytes)?;
                self.say(&format!("wrote {}", path.display()));
                Ok(())
            }
        }
    }

    /// The settings of an organization; the default where the configuration has none.
    pub fn settings(&self, config: &Config, organization: &str) -> Organization {
        if !config.organizations.is_empty() && !config.organizations.contains_key(organization) {
            let known: Vec<&str> = config.organizations.keys().map(String::as_str).collect();
            self.say(&format!(
                "the configuration does not know {} (it has {}); none of its settings apply",
                visible(organization),
                known.join(", ")
            ));
        }
        config
            .organizations
            .get(organization)
            .cloned()
            .unwrap_or_default()
    }
}

/// The terminal's columns, where the system tells.
fn terminal_width() -> usize {
    terminal_size::terminal_size().map_or(100, |(width, _)| usize::from(width.0))
}

/// Reads a text file that a person wrote.
pub(super) fn read_text(path: &Path) -> Result<String, CliError> {
    fs::read_to_string(path).map_err(CliError::file(path, "read it"))
}

/// Writes a file by one rename, so that nobody sees half of it.
pub(super) fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), CliError> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    // A device or pipe cannot be replaced by a rename.
    if fs::metadata(path).is_ok_and(|meta| !meta.is_file()) {
        return fs::write(path, bytes).map_err(CliError::file(path, "write it"));
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let beside = folder.join(format!(".{name}.{}", std::process::id()));
    let written = fs::File::create(&beside).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&beside, path)
    });
    if written.is_err() {
        let _ = fs::remove_file(&beside);
    }
    written.map_err(CliError::file(path, "write it"))
}
