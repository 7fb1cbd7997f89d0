//! Evaluations to an assessment: waivers, history of findings, exit code, verdict on an update.
//!
//! In: a snapshot, the evaluations of all policies, the operator's waivers, earlier assessments. Out:
//! an [`Assessment`](crate::model::Assessment) or a [`Verification`](crate::model::Verification).
//! Never: Rego, rendering; a waiver moves a finding and never hides it.

mod assess;
mod verify;
mod waiver;

pub use assess::{Assessed, Context, assess, exit_code};
pub use verify::{by_time_alone, verify};
pub use waiver::{OtherValue, Selector, Waiver, WaiverReport, WaiverUse, Waivers, WaiversError};
