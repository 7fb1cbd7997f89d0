//! The command line, as clap reads it.

use std::path::PathBuf;

use chrono::{DateTime, Utc};
use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::config::FailOn;
use crate::model::Plane;

/// Configuration drift auditor and policy-as-code engine for hybrid Microsoft Exchange.
///
/// exdrift reads exports of Exchange Server and Exchange Online, keeps them as snapshots,
/// says what drifted after an update, and judges them by Rego policies. It never changes Exchange.
#[derive(Debug, Parser)]
#[command(name = "exdrift", version, max_term_width = 100, after_help = EXIT_CODES)]
pub struct Cli {
    #[command(flatten)]
    pub(super) global: Global,
    #[command(subcommand)]
    pub(super) command: Command,
}

const EXIT_CODES: &str = "Exit codes: 0 done, nothing at or above the threshold; 1 findings or changes; \
2 could not run; 3 ran, but evidence was missing. Start with `exdrift demo`.";

#[derive(Debug, Args)]
pub(super) struct Global {
    /// Configuration file [default: exdrift.yaml where present]
    #[arg(long, global = true, value_name = "FILE", env = "EXDRIFT_CONFIG")]
    pub config: Option<PathBuf>,
    /// Folder of the store [default: the configuration's, else snapshots]
    #[arg(long, global = true, value_name = "DIR", env = "EXDRIFT_STORE")]
    pub store: Option<PathBuf>,
    /// Say less on standard error (errors only)
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// Say more on standard error (repeat for more)
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,
    /// Colours
    #[arg(long, global = true, value_enum, default_value_t = When::Auto, value_name = "WHEN")]
    pub color: When,
    /// Progress on standard error
    #[arg(long, global = true, value_enum, default_value_t = When::Auto, value_name = "WHEN")]
    pub progress: When,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum When {
    /// Where a terminal is there
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// The whole job on a built-in organization, before and after an update
    Demo(DemoArgs),
    /// Write a commented exdrift.yaml
    Init(InitArgs),
    /// Read exports into one snapshot
    Import(ImportArgs),
    /// Print the export script: for Exchange Server, Exchange Online or Microsoft Graph
    Collect(CollectArgs),
    /// Judge a snapshot by the policies
    Audit(AuditArgs),
    /// Differences between two snapshots
    Diff(DiffArgs),
    /// After an update: what drifted, newly fails, was fixed, and one verdict
    Verify(VerifyArgs),
    /// The approved snapshot
    Baseline(BaselineArgs),
    /// The nightly job: drop folder, snapshot, drift, audit, reports
    Run(RunArgs),
    /// One policy or one finding in full
    Explain(ExplainArgs),
    /// List, check and test policies
    Policy(PolicyArgs),
    /// Every recorded snapshot
    History(HistoryArgs),
    /// Look after the store
    #[command(subcommand)]
    Store(StoreVerb),
    /// Is everything in place that the other verbs need?
    Doctor,
    /// Print the JSON Schema of an output, or the list of kinds
    Schema(SchemaArgs),
    /// Print a completion script for a shell
    Completions(CompletionsArgs),
}

#[derive(Debug, Args)]
pub(super) struct InitArgs {
    /// Organization to write the example for
    #[arg(long, default_value = "contoso")]
    pub org: String,
    /// Print to standard output instead of writing the file
    #[arg(long)]
    pub print: bool,
}

#[derive(Debug, Args)]
pub(super) struct ImportArgs {
    /// Files and folders: a bundle of the export script, CLIXML, JSON
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Organization that the exports belong to
    #[arg(long, value_name = "NAME")]
    pub org: String,
    /// Every object is of this kind (the cmdlet noun, such as MapiVirtualDirectory)
    #[arg(long)]
    pub kind: Option<String>,
    /// Where exports were read, for files that do not say: onprem, cloud, entra, host
    #[arg(long)]
    pub plane: Option<Plane>,
    /// Server of server-bound objects that do not say
    #[arg(long)]
    pub server: Option<String>,
    /// Of copies that disagree take the file that matches (glob over paths; repeatable)
    #[arg(long, value_name = "PATTERN")]
    pub prefer: Vec<String>,
    /// Stop at the first file that cannot be read
    #[arg(long)]
    pub strict: bool,
    /// When the exports were made [default: the record's time, else the newest file's]
    #[arg(long, value_name = "RFC3339", value_parser = parse_moment)]
    pub at: Option<DateTime<Utc>>,
    /// A name for the snapshot
    #[arg(long, value_name = "TEXT")]
    pub label: Option<String>,
    /// Largest file to read: bytes, or with K, M, G
    #[arg(long, value_name = "SIZE", default_value = "256M", value_parser = parse_size)]
    pub max_file_size: u64,
}

fn parse_moment(text: &str) -> Result<DateTime<Utc>, String> {
    text.parse()
        .map_err(|_| "write a date and a time with its zone, as in 2026-11-21T02:00:00Z".to_owned())
}

fn parse_size(text: &str) -> Result<u64, String> {
    let digits = text.trim_end_matches(|c: char| !c.is_ascii_digit());
    let unit: u64 = match text[digits.len()..].to_ascii_uppercase().as_str() {
        "" | "B" => 1,
        "K" | "KB" | "KIB" => 1 << 10,
        "M" | "MB" | "MIB" => 1 << 20,
        "G" | "GB" | "GIB" => 1 << 30,
        other => return Err(format!("`{other}` is not a unit; use K, M or G")),
    };
    let number: u64 = digits
        .parse()
        .map_err(|_| "expected a number such as 256M".to_owned())?;
    number
        .checked_mul(unit)
        .ok_or_else(|| "too large".to_owned())
}

/// The session that an export script runs in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
#[value(rename_all = "snake_case")]
pub(super) enum Session {
    /// Exchange Server: the planes onprem and host
    OnPremises,
    /// Exchange Online: the plane cloud
    ExchangeOnline,
    /// Microsoft Graph: the plane entra
    Graph,
}

#[derive(Debug, Args)]
pub(super) struct CollectArgs {
    /// Print the PowerShell script that exports everything exdrift reads
    #[arg(long)]
    pub script: bool,
    /// Which session it is to run in: the Exchange Management Shell, Connect-ExchangeOnline or Connect-MgGraph
    #[arg(long = "for", value_enum, default_value_t = Session::OnPremises, requires = "script")]
    pub audience: Session,
    /// Write to a file instead of standard output
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// Formats that a report can have, for the verbs that print one.
#[derive(Debug, Args)]
pub(super) struct ReportArgs {
    /// text, json or html; diff has unified, too
    #[arg(long, default_value = "text")]
    pub format: String,
    /// Write to a file instead of standard output
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct DiffArgs {
    /// The older snapshot: latest, previous, baseline, an id, a label, ORG@..., or a ./folder
    #[arg(value_name = "A")]
    pub before: String,
    /// The newer snapshot
    #[arg(value_name = "B")]
    pub after: String,
    #[command(flatten)]
    pub report: ReportArgs,
}

#[derive(Debug, Args)]
pub(super) struct BaselineArgs {
    #[command(subcommand)]
    pub verb: BaselineVerb,
}

#[derive(Debug, Subcommand)]
pub(super) enum BaselineVerb {
    /// Show the approved snapshot
    Show {
        /// Organization, where the store has several
        #[arg(long)]
        org: Option<String>,
    },
    /// Approve a snapshot
    Set {
        /// latest, previous, an id, a label, ORG@...
        snapshot: String,
        /// Why
        #[arg(long, default_value = "")]
        reason: String,
        /// Who approves [default: the user who runs this]
        #[arg(long)]
        by: Option<String>,
    },
}

#[derive(Debug, Args)]
pub(super) struct HistoryArgs {
    /// Organization, where the store has several
    #[arg(long)]
    pub org: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(super) enum StoreVerb {
    /// Read every byte and say what is not as it was recorded
    Check,
}

#[derive(Debug, Args)]
pub(super) struct SchemaArgs {
    /// audit, diff, verify, input, record or kinds
    #[arg(default_value = "audit")]
    pub name: String,
}

#[derive(Debug, Args)]
pub(super) struct CompletionsArgs {
    /// Shell
    pub shell: clap_complete::Shell,
}

/// What judging needs, for every verb that judges.
#[derive(Debug, Default, Args)]
pub(super) struct JudgeArgs {
    /// Folder of a policy pack beside the built-in one (repeatable)
    #[arg(long, value_name = "DIR")]
    pub policies: Vec<PathBuf>,
    /// Leave the built-in policies out
    #[arg(long)]
    pub no_builtin: bool,
    /// Profile whose policies apply [default: the configuration's]
    #[arg(long)]
    pub profile: Option<String>,
    /// A YAML file that replaces the configuration's params
    #[arg(long, value_name = "FILE")]
    pub params: Option<PathBuf>,
    /// A YAML file of accepted findings [default: the configuration's]
    #[arg(long, value_name = "FILE")]
    pub waivers: Option<PathBuf>,
    /// The least severity that makes exit code 1: critical, high, medium, low, info or none
    /// [default: the configuration's, else low]
    #[arg(long, value_name = "SEVERITY")]
    pub fail_on: Option<FailOn>,
    /// Folder where answers are remembered from run to run [default: exdrift in the user's cache folder]
    #[arg(long, value_name = "DIR", env = "EXDRIFT_CACHE")]
    pub cache: Option<PathBuf>,
    /// Ask every policy about every server, whatever was answered before
    #[arg(long)]
    pub no_cache: bool,
}

#[derive(Debug, Args)]
pub(super) struct DemoArgs {
    /// Where the HTML report goes
    #[arg(long, value_name = "FILE", default_value = "exdrift-demo.html")]
    pub html: PathBuf,
}

#[derive(Debug, Args)]
pub(super) struct AuditArgs {
    /// latest, previous, baseline, an id, a label, ORG@..., or a ./folder [default: latest]
    pub snapshot: Option<String>,
    #[command(flatten)]
    pub judge: JudgeArgs,
    #[command(flatten)]
    pub report: ReportArgs,
    /// Judge as if it were this moment [default: the end of collection]
    #[arg(long, value_name = "RFC3339", value_parser = parse_moment)]
    pub at: Option<DateTime<Utc>>,
    /// Say on standard error how long it took
    #[arg(long)]
    pub timings: bool,
}

#[derive(Debug, Args)]
pub(super) struct VerifyArgs {
    /// The snapshot before the update
    #[arg(long, value_name = "A")]
    pub before: String,
    /// The snapshot after the update
    #[arg(long, value_name = "B", default_value = "latest")]
    pub after: String,
    #[command(flatten)]
    pub judge: JudgeArgs,
    #[command(flatten)]
    pub report: ReportArgs,
}

#[derive(Debug, Args)]
pub(super) struct RunArgs {
    /// Organization, where the configuration has several
    #[arg(long)]
    pub org: Option<String>,
    #[command(flatten)]
    pub judge: JudgeArgs,
    #[command(flatten)]
    pub report: ReportArgs,
    /// Write the HTML report too
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct ExplainArgs {
    /// A policy id (EXT-002) or the fingerprint of a finding
    #[arg(value_name = "ID|FINGERPRINT")]
    pub what: String,
    /// The snapshot that a fingerprint is of [default: latest]
    #[arg(long)]
    pub snapshot: Option<String>,
    #[command(flatten)]
    pub judge: JudgeArgs,
}

#[derive(Debug, Args)]
pub(super) struct PolicyArgs {
    #[command(subcommand)]
    pub verb: PolicyVerb,
}

#[derive(Debug, Subcommand)]
pub(super) enum PolicyVerb {
    /// Every policy with id, severity and title
    List(PackArgs),
    /// Find what could make a policy silent before it is
    Check(PackArgs),
    /// Run the test_ rules
    Test(PackArgs),
    /// The `input` and `data` that policies are asked with, as JSON for opa eval or for a test
    Input(PolicyInputArgs),
}

#[derive(Debug, Args)]
pub(super) struct PolicyInputArgs {
    /// latest, previous, baseline, an id, a label, ORG@..., or a ./folder [default: latest]
    pub snapshot: Option<String>,
    #[command(flatten)]
    pub judge: JudgeArgs,
    /// Write here instead of to standard output
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct PackArgs {
    /// Folder of a policy pack beside the built-in one (repeatable)
    #[arg(long, value_name = "DIR")]
    pub policies: Vec<PathBuf>,
    /// Leave the built-in policies out
    #[arg(long)]
    pub no_builtin: bool,
    /// list: as JSON
    #[arg(long)]
    pub json: bool,
    /// test: lines that the tests reach, per file
    #[arg(long)]
    pub coverage: bool,
    /// test: take each condition away or turn it round, and see whether a test fails; below 90 % is a failure
    #[arg(long, conflicts_with = "coverage")]
    pub mutate: bool,
    /// test: only files whose path contains this (repeatable)
    #[arg(long, value_name = "TEXT", requires = "mutate")]
    pub only: Vec<String>,
}
