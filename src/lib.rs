//! Pipeward: typed CI pipelines in Nickel, judged against policies, emitted as the workflows that run.

pub mod backend;
pub mod contracts;
pub mod finding;
pub mod origin;
pub mod pipeline;
pub mod policy;
pub mod rule;
pub mod source;
pub mod workspace;
pub mod yaml;
