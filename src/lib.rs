//! Pipeward: typed CI pipelines in Nickel, judged against policies, emitted as the workflows that run.
//!
//! The modules in the order data flows through them; `docs/architecture.md` has the picture.

mod digest;
pub mod origin;
mod parallel;
mod path;
mod unseen;

pub mod contracts;
pub mod source;

pub mod pipeline;

pub mod revision;
pub mod workspace;

pub mod read;

pub mod finding;
pub mod fix;
pub mod policy;
mod refusal;
pub mod rule;
pub mod rulebook;
pub mod view;

pub mod backend;
pub mod loss;
pub mod yaml;

pub mod disk;
pub mod drift;
pub mod emit;
pub mod local;
pub mod scaffold;
pub mod template;
pub mod vendor;

pub mod report;

pub mod audit;
pub mod baseline;
pub mod check;
pub mod merge;

pub mod import;

pub mod gate;

pub mod cache;
pub mod cli;
pub mod proof;
