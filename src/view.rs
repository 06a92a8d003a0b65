//! LOOK: a project as rules see it and speak of it. What more than one rule asks is answered here, so that all give the same answer.

pub(crate) mod actions;
pub(crate) mod address;
pub(crate) mod caches;
pub(crate) mod calls;
mod clock;
pub mod facts;
mod findings;
pub(crate) mod forge_files;
pub(crate) mod github_script;
pub(crate) mod gitlab;
pub mod glob;
pub(crate) mod images;
pub(crate) mod outsiders;
pub(crate) mod plain;
pub(crate) mod powershell;
pub(crate) mod provenance;
pub(crate) mod scope;
pub(crate) mod scripts;
mod settings;
pub(crate) mod shell;
pub(crate) mod spoken;
pub(crate) mod tainted;
mod texts;
pub(crate) mod untrusted;
pub(crate) mod uploads;

pub use clock::Clock;
pub use findings::{Findings, Said};
pub use scope::{Index, Scope};
pub use settings::Settings;
pub(crate) use texts::Text;
