//! Evaluations to an assessment: fingerprints, waivers, history of findings.
