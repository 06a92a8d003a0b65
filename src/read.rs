//! READ: the YAML that forges run, as the same model that Nickel becomes, every value at its place in the file.
//!
//! A file becomes plain data with origins first ([`document`]), the same type that evaluation gives. A workflow is then put into the
//! shape of a pipeline whose words are all GitHub's own (`github = { … }`), and the model reads it as it reads those: whatever is
//! true of raw words in Nickel is true of YAML.

pub mod document;
mod github;
pub mod repository;
mod scalar;
mod short;
mod words;

pub use self::document::{Document, Slip};
pub use self::repository::{Repository, Source, What};
