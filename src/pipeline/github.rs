//! What is said in GitHub's own words, under `github`, and no field of the model can hold.

pub mod workflow;

pub use self::workflow::Workflow;
