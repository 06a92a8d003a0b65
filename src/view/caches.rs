//! Actions that restore from the cache that all runs share, and the inputs that keep them from it.

use crate::pipeline::step::Uses;
use crate::pipeline::uses::is_commit;
use crate::view::actions::{input, is, is_off, is_on, said};

/// When an action restores from the shared cache.
enum Restores {
    Always,
    /// Unless this input is off.
    Unless(&'static str),
    /// If this input is on, or names what is cached.
    If(&'static str),
    /// Unless this input is on.
    UnlessOn(&'static str),
    /// From this version on, unless this input is off.
    Since(u64, &'static str),
    /// If the first input is there, unless the second is off.
    With(&'static str, &'static str),
    /// If this input speaks of the forge's cache.
    Forge(&'static str),
}

/// Actions that restore from the shared cache, by their own descriptions, 2026-11.
const ACTIONS: &[(&str, Restores)] = &[
    ("actions-rust-lang/setup-rust-toolchain", Restores::Unless("cache")),
    ("actions/cache", Restores::UnlessOn("lookup-only")),
    ("actions/cache/restore", Restores::UnlessOn("lookup-only")),
    ("actions/setup-dotnet", Restores::If("cache")),
    ("actions/setup-go", Restores::Unless("cache")),
    ("actions/setup-java", Restores::If("cache")),
    ("actions/setup-node", Restores::If("cache")),
    ("actions/setup-node", Restores::Since(5, "package-manager-cache")),
    ("actions/setup-python", Restores::If("cache")),
    ("astral-sh/setup-uv", Restores::Unless("enable-cache")),
    ("awalsh128/cache-apt-pkgs-action", Restores::Always),
    ("determinatesystems/magic-nix-cache-action", Restores::Unless("use-gha-cache")),
    ("docker/build-push-action", Restores::Forge("cache-from")),
    ("docker/setup-buildx-action", Restores::With("version", "cache-binary")),
    ("graalvm/setup-graalvm", Restores::If("cache")),
    ("gradle/actions/setup-gradle", Restores::UnlessOn("cache-disabled")),
    ("jdx/mise-action", Restores::Unless("cache")),
    ("mlugg/setup-zig", Restores::Unless("use-cache")),
    ("mozilla-actions/sccache-action", Restores::Always),
    ("nix-community/cache-nix-action", Restores::Always),
    ("oven-sh/setup-bun", Restores::UnlessOn("no-cache")),
    ("pnpm/action-setup", Restores::If("cache")),
    ("pyo3/maturin-action", Restores::If("sccache")),
    ("ramsey/composer-install", Restores::UnlessOn("ignore-cache")),
    ("ruby/setup-ruby", Restores::If("bundler-cache")),
    ("swatinem/rust-cache", Restores::UnlessOn("lookup-only")),
];

/// Whether an action is of this major version or a later one, as far as its revision says.
fn is_since(uses: &Uses, major: u64) -> bool {
    let revision = uses.used().foreign().and_then(|foreign| foreign.revision);
    revision.is_some_and(|revision| is_from(revision, major))
}

fn is_from(revision: &str, major: u64) -> bool {
    let first = revision.trim_start_matches('v').split('.').next().unwrap_or_default();
    is_commit(revision) || first.parse().map_or(true, |number: u64| number >= major)
}

/// Whether an action restores from the shared cache.
pub(crate) fn restores(uses: &Uses) -> bool {
    let says = |name: &str| input(uses, name).map(|binding| &binding.value);
    ACTIONS.iter().filter(|(name, _)| is(uses, name)).any(|(_, when)| match when {
        Restores::Always => true,
        Restores::Unless(name) => says(name).is_none_or(|value| !is_off(value)),
        Restores::UnlessOn(name) => says(name).is_none_or(|value| !is_on(value)),
        Restores::Since(major, name) => is_since(uses, *major) && says(name).is_none_or(|value| !is_off(value)),
        Restores::With(name, switch) => says(name).is_some() && says(switch).is_none_or(|value| !is_off(value)),
        Restores::If(name) => {
            says(name).is_some_and(|value| is_on(value) || said(value).is_none_or(|text| !matches!(text.as_str(), "" | "false")))
        }
        Restores::Forge(name) => says(name).is_some_and(|value| said(value).is_none_or(|text| text.contains("type=gha"))),
    })
}

/// What keeps an action from the shared cache.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Off {
    /// This input with this value.
    Write(&'static str, &'static str),
    /// This input, if it is there, with nothing or with `false` in place of what it says.
    Empty(&'static str),
}

/// What keeps an action, as it is written, from the shared cache; nothing if no input does.
pub(crate) fn off(written: &str) -> Vec<Off> {
    let (action, revision) = written.split_once('@').unwrap_or((written, ""));
    let of = |(_, when): &(&str, Restores)| match when {
        Restores::Unless(name) | Restores::With(_, name) => Some(Off::Write(name, "false")),
        Restores::UnlessOn(name) => Some(Off::Write(name, "true")),
        Restores::Since(major, name) => is_from(revision, *major).then_some(Off::Write(name, "false")),
        Restores::If(name) => Some(Off::Empty(name)),
        Restores::Always | Restores::Forge(_) => None,
    };
    ACTIONS.iter().filter(|(name, _)| name.eq_ignore_ascii_case(action)).filter_map(of).collect()
}
