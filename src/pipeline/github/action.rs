//! The actions that kinds of steps lower to, and a revision of each that is known to be good.

use crate::origin::Origin;
use crate::pipeline::surroundings::Toolchain;
use crate::pipeline::{Job, step::Kind};

/// Fetches the sources.
pub(crate) const CHECKOUT: &str = "actions/checkout";
/// Keeps files.
pub(crate) const UPLOAD: &str = "actions/upload-artifact";
/// Fetches files kept.
pub(crate) const DOWNLOAD: &str = "actions/download-artifact";
/// Reuses files between runs.
pub(crate) const CACHE: &str = "actions/cache";
/// Installs Nix.
pub(crate) const NIX: &str = "cachix/install-nix-action";
/// Prepares the building of images.
pub(crate) const BUILDX: &str = "docker/setup-buildx-action";
/// Signs in to a registry of images.
pub(crate) const LOGIN: &str = "docker/login-action";
/// Builds an image.
pub(crate) const BUILD: &str = "docker/build-push-action";
/// Hands findings to the security page.
pub(crate) const SARIF: &str = "github/codeql-action/upload-sarif";
/// Hands coverage to codecov.io.
pub(crate) const CODECOV: &str = "codecov/codecov-action";

/// When [`KNOWN`] was read from workflows of public repositories.
const KNOWN_ON: &str = "2026-11-22";

/// Repository, version and revision of actions, each pair seen in several public repositories.
pub const KNOWN: &[(&str, &str, &str)] = &[
    ("actions/cache", "v6.1.0", "55cc8345863c7cc4c66a329aec7e433d2d1c52a9"),
    ("actions/checkout", "v7.0.1", "3d3c42e5aac5ba805825da76410c181273ba90b1"),
    ("actions/download-artifact", "v8.0.1", "3e5f45b2cfb9172054b4087a40e8e0b5a5461e7c"),
    ("actions/github-script", "v9.0.0", "3a2844b7e9c422d3c10d287c895573f7108da1b3"),
    ("actions/setup-node", "v7.0.0", "820762786026740c76f36085b0efc47a31fe5020"),
    ("actions/setup-python", "v7.0.0", "5fda3b95a4ea91299a34e894583c3862153e4b97"),
    ("actions/upload-artifact", "v7.0.1", "043fb46d1a93c77aae656e7c1c64a875d1fc6a0a"),
    ("aquasecurity/trivy-action", "v0.35.0", "57a97c7e7821a5776cebc9bb87c984fa69cba8f1"),
    ("astral-sh/setup-uv", "v10.0.1", "20cfd1bf945f4377ade1205e4dbc17946fc9a30d"),
    ("cachix/install-nix-action", "v31.11.0", "630ae543ea3a38a9a4166f03376c02c50f408342"),
    ("codecov/codecov-action", "v7.0.0", "fb8b3582c8e4def4969c97caa2f19720cb33a72f"),
    ("docker/build-push-action", "v7.3.0", "53b7df96c91f9c12dcc8a07bcb9ccacbed38856a"),
    ("docker/login-action", "v4.6.0", "dbcb813823bdd20940b903addbd779551569679f"),
    ("docker/metadata-action", "v6.2.0", "dc802804100637a589fabce1cb79ff13a1411302"),
    ("docker/setup-buildx-action", "v4.2.0", "bb05f3f5519dd87d3ba754cc423b652a5edd6d2c"),
    ("github/codeql-action", "v4.37.8", "db488ddef3bf6cb639b32c2e9a7c0a7ea8271d28"),
    ("Swatinem/rust-cache", "v2.9.2", "6323deb102c322ba6fcbdcafc7e3dddab59af2b6"),
    ("taiki-e/install-action", "v2.85.13", "82cd3e7658a6f96c86c0234aeeda1748937cb0a1"),
];

/// The actions that a step uses, by kind; what an author names with `uses` is in the step itself.
#[must_use]
pub fn of_kind(kind: &Kind) -> Vec<&'static str> {
    match kind {
        Kind::Checkout(_) => vec![CHECKOUT],
        Kind::Upload(_) => vec![UPLOAD],
        Kind::Download(_) => vec![DOWNLOAD],
        Kind::Cache(_) => vec![CACHE],
        Kind::DockerBuild(build) if build.login.is_some() => vec![BUILDX, LOGIN, BUILD],
        Kind::DockerBuild(_) => vec![BUILDX, BUILD],
        Kind::Sarif(_) => vec![SARIF],
        Kind::Coverage(_) => vec![CODECOV],
        Kind::Run(_)
        | Kind::Uses(_)
        | Kind::WaitFor(_)
        | Kind::Summary(_)
        | Kind::Comment(_)
        | Kind::Email(_)
        | Kind::Slack(_)
        | Kind::Wait(_)
        | Kind::WaitAll
        | Kind::Cancel(_)
        | Kind::Parallel(_) => Vec::new(),
    }
}

/// The actions that a job uses besides those of its steps.
#[must_use]
pub fn of_job(job: &Job) -> Vec<&'static str> {
    nix_of(job).map(|_| NIX).into_iter().collect()
}

/// Where a job says that it needs Nix: itself, or the first of its steps that does.
pub(crate) fn nix_of(job: &Job) -> Option<Origin> {
    let steps = job.all_steps().filter_map(|step| step.toolchain.as_ref());
    [&job.toolchain]
        .into_iter()
        .chain(steps)
        .find(|toolchain| toolchain.value != Toolchain::Host)
        .map(|toolchain| toolchain.origin)
}

/// What to add to the project for an action that has no pin.
pub(crate) fn advice(repository: &str, source: &str) -> String {
    let known = KNOWN.iter().find(|(name, _, _)| *name == repository);
    known.map_or_else(
        || format!("add pins.\"{repository}\" = {{ version = \"v…\", revision = \"40 hexadecimal digits\" }} to {source}"),
        |(_, version, revision)| {
            format!(
                "add pins.\"{repository}\" = {{ version = \"{version}\", revision = \"{revision}\" }} to {source} (known good on {KNOWN_ON})"
            )
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::uses::{Used, is_commit};

    #[test]
    fn every_action_a_kind_lowers_to_has_a_known_revision() {
        for action in [CHECKOUT, UPLOAD, DOWNLOAD, CACHE, NIX, BUILDX, LOGIN, BUILD, SARIF, CODECOV] {
            assert!(
                KNOWN.iter().any(|(name, _, _)| Used::of(action).foreign().is_some_and(|foreign| foreign.repository() == *name)),
                "{action}"
            );
        }
        for (name, version, revision) in KNOWN {
            assert!(version.starts_with('v'), "{name}");
            assert!(is_commit(revision), "{name}");
        }
    }

    #[test]
    fn advice_names_a_known_revision_and_invents_none() {
        assert!(advice("actions/checkout", "pipelines/main.ncl").contains("3d3c42e5aac5ba805825da76410c181273ba90b1"));
        assert!(!advice("some/action", "pipelines/main.ncl").contains("known good"));
    }
}
