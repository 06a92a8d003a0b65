//! Pipeward: typed CI pipelines in Nickel, judged against policies, emitted as the workflows that run.

pub mod backend;
pub mod check;
pub mod cli;
pub mod contracts;
pub mod drift;
pub mod emit;
pub mod finding;
pub mod origin;
pub mod pipeline;
pub mod policy;
pub mod report;
pub mod rule;
pub mod source;
pub mod workspace;
