//! READ: the YAML that forges run, as the same model that Nickel becomes, every value at its place in the file.
//!
//! A file becomes plain data with origins first ([`document`]), the same type that evaluation gives. A workflow is then put into the
//! shape of a pipeline whose words are all GitHub's own (`github = { … }`), and the model reads it as it reads those: whatever is
//! true of raw words in Nickel is true of YAML. A file of GitLab's becomes one in GitLab's words, and a project of its own with the
//! files of the repository that it includes.

mod action;
mod alike;
mod dependabot;
pub mod document;
mod github;
mod gitlab;
mod platform;
pub mod repository;
mod scalar;
mod short;
mod used;
mod words;

pub use self::document::{Document, Slip};
pub use self::gitlab::{Include, configuration, included};
pub use self::repository::{Repository, Source, What};
