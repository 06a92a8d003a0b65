//! The actions that most repositories use, and names that imitate theirs.

/// Actions by `owner/name`, each used by thousands of public repositories.
const POPULAR: &[&str] = &[
    "actions/cache",
    "actions/checkout",
    "actions/configure-pages",
    "actions/create-github-app-token",
    "actions/dependency-review-action",
    "actions/deploy-pages",
    "actions/download-artifact",
    "actions/github-script",
    "actions/labeler",
    "actions/setup-dotnet",
    "actions/setup-go",
    "actions/setup-java",
    "actions/setup-node",
    "actions/setup-python",
    "actions/upload-artifact",
    "actions/upload-pages-artifact",
    "astral-sh/setup-uv",
    "aws-actions/configure-aws-credentials",
    "codecov/codecov-action",
    "dependabot/fetch-metadata",
    "docker/build-push-action",
    "docker/login-action",
    "docker/metadata-action",
    "docker/setup-buildx-action",
    "docker/setup-qemu-action",
    "dorny/paths-filter",
    "dtolnay/rust-toolchain",
    "github/codeql-action",
    "google-github-actions/setup-gcloud",
    "goreleaser/goreleaser-action",
    "hashicorp/setup-terraform",
    "jamesives/github-pages-deploy-action",
    "ncipollo/release-action",
    "peaceiris/actions-gh-pages",
    "peter-evans/create-pull-request",
    "pnpm/action-setup",
    "pypa/gh-action-pypi-publish",
    "release-drafter/release-drafter",
    "ruby/setup-ruby",
    "shivammathur/setup-php",
    "slackapi/slack-github-action",
    "softprops/action-gh-release",
    "step-security/harden-runner",
    "swatinem/rust-cache",
    "tj-actions/changed-files",
];

/// Owners whose own actions differ by a letter from each other, and who imitate nobody.
const KNOWN_OWNERS: &[&str] = &["actions", "azure", "docker", "github", "google-github-actions", "aws-actions", "hashicorp"];

/// The popular action whose name is one letter away, if it is another's.
pub(crate) fn imitated(repository: &str) -> Option<&'static str> {
    let lower = repository.to_ascii_lowercase();
    let owner = lower.split('/').next()?;
    if KNOWN_OWNERS.contains(&owner) || POPULAR.contains(&lower.as_str()) {
        return None;
    }
    let near = |name: &&&str| may_be_near(name, &lower) && strsim::damerau_levenshtein(name, &lower) == 1;
    POPULAR.iter().find(near).copied()
}

/// Whether two names may be one letter away from each other: what they have in common at both ends is then all but two letters at most.
fn may_be_near(one: &str, other: &str) -> bool {
    let longest = one.len().max(other.len());
    let begin = one.bytes().zip(other.bytes()).take_while(|(one, other)| one == other).count();
    let end = one.bytes().rev().zip(other.bytes().rev()).take_while(|(one, other)| one == other).count();
    one.len().abs_diff(other.len()) <= 1 && begin + end + 2 >= longest
}

#[cfg(test)]
mod tests {
    use super::imitated;

    #[test]
    fn a_name_one_letter_away_imitates_and_another_action_does_not() {
        for (name, popular) in [
            ("action/checkout", "actions/checkout"),
            ("actoins/checkout", "actions/checkout"),
            ("Swatinen/rust-cache", "swatinem/rust-cache"),
            ("codecov/codecov-actions", "codecov/codecov-action"),
        ] {
            assert_eq!(imitated(name), Some(popular), "{name}");
        }
        for own in ["actions/checkout", "actions/cached", "Actions/Checkout", "someone/checkout", "docker/login-actions"] {
            assert_eq!(imitated(own), None, "{own}");
        }
    }
}
