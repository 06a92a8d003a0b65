//! Versions of actions of which a weakness is published.

use super::{Version, is_below};

/// A published weakness.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Advisory {
    /// `owner/name`.
    pub(crate) action: &'static str,
    /// The first version that has it.
    pub(crate) from: &'static [u32],
    /// The first version that has it no more.
    pub(crate) mended: &'static [u32],
    /// github.com/advisories/ID.
    pub(crate) id: &'static str,
    /// What it lets happen.
    pub(crate) what: &'static str,
}

const fn known(
    action: &'static str,
    from: &'static [u32],
    mended: &'static [u32],
    id: &'static str,
    what: &'static str,
) -> Advisory {
    Advisory { action, from, mended, id, what }
}

/// Read from github.com/advisories, type "actions", and from what others keep of it, 2026-11. A tag that was taken over for hours and
/// given back, as `reviewdog/action-setup@v1` (GHSA-qmg3-hpqr-gqvc), has no weakness now, and no version tells who ran it then.
const ADVISORIES: &[Advisory] = &[
    known("actions/download-artifact", &[4, 0, 0], &[4, 1, 3], "GHSA-cxww-7g56-2vh6", "an artifact writes files anywhere"),
    known("aquasecurity/setup-trivy", &[0], &[0, 2, 6], "GHSA-69fq-xp46-6x23", "its tags held code that stole the job's secrets"),
    known(
        "aquasecurity/trivy-action",
        &[0],
        &[0, 35, 0],
        "GHSA-69fq-xp46-6x23",
        "its tags held code that stole the job's secrets",
    ),
    known("atlassian/gajira-create", &[0], &[2, 0, 1], "GHSA-4xqx-pqpj-9fqw", "the title of an issue becomes code"),
    known("azure/setup-kubectl", &[0], &[3], "GHSA-p756-rfxh-x63h", "anybody on the machine may replace what it installs"),
    known(
        "check-spelling/check-spelling",
        &[0],
        &[0, 0, 19],
        "GHSA-g86g-chm8-7r2p",
        "a symbolic link in a pull request gives the token away",
    ),
    known("dawidd6/action-download-artifact", &[0], &[6], "GHSA-5xr6-xhww-33m4", "it takes artifacts that a fork has made"),
    known("embano1/wip", &[0], &[2], "GHSA-rg3q-prf8-qxmp", "the title of a pull request becomes commands"),
    known("fish-shop/syntax-check", &[0], &[1, 6, 12], "GHSA-xj87-mqvh-88w2", "what stands in an input becomes commands"),
    known("gradle/gradle-build-action", &[0], &[2, 4, 2], "GHSA-h3qr-39j9-4r5v", "secrets are kept in the cache"),
    known("hashicorp/vault-action", &[0], &[2, 2, 0], "GHSA-4mgv-m5cm-f9h7", "secrets of several lines are not masked"),
    known("j178/prek-action", &[0], &[1, 0, 6], "GHSA-pwf7-47c3-mfhx", "what stands in an input becomes commands"),
    known(
        "rlespinasse/github-slug-action",
        &[0],
        &[1, 1, 1],
        "GHSA-7f32-hm4h-w77q",
        "what is printed sets variables of later steps",
    ),
    known(
        "rlespinasse/github-slug-action",
        &[2, 0, 0],
        &[2, 1, 1],
        "GHSA-7f32-hm4h-w77q",
        "what is printed sets variables of later steps",
    ),
    known(
        "rlespinasse/github-slug-action",
        &[4, 0, 0],
        &[4, 4, 1],
        "GHSA-6q4m-7476-932w",
        "the name of a branch becomes commands",
    ),
    known("some-natalie/ghas-to-csv", &[0], &[1], "GHSA-634p-93h9-92vh", "what an alert says becomes a formula of the table"),
    known("sonarsource/sonarqube-scan-action", &[4, 0, 0], &[6, 0, 0], "GHSA-5xq9-5g24-4g6f", "arguments become commands"),
    known("step-security/harden-runner", &[0], &[2, 10, 2], "GHSA-g85v-wf27-67xc", "variables of the job become commands"),
    known("tj-actions/branch-names", &[0], &[7, 0, 7], "GHSA-8v8w-v8xg-79rf", "the name of a branch becomes commands"),
    known("tj-actions/branch-names", &[0], &[9, 0, 0], "GHSA-gq52-6phf-x2r6", "the name of a branch becomes commands"),
    known("tj-actions/changed-files", &[0], &[41], "GHSA-mcph-m25j-8j63", "the name of a file becomes commands"),
    known(
        "tj-actions/changed-files",
        &[0],
        &[46, 0, 1],
        "GHSA-mrrh-fwg8-r2c3",
        "its tags held code that printed the job's secrets",
    ),
    known("tj-actions/verify-changed-files", &[0], &[17], "GHSA-ghm2-rq8q-wrhc", "the name of a file becomes commands"),
    known("ultralytics/actions", &[0], &[0, 0, 3], "GHSA-7x29-qqmq-v6qc", "the name of a branch becomes commands"),
];

/// The weaknesses of a version of an action.
pub(crate) fn advisories(repository: &str, version: &Version) -> impl Iterator<Item = &'static Advisory> {
    let has = |known: &&Advisory| {
        known.action.eq_ignore_ascii_case(repository)
            && is_below(version, known.mended)
            && (known.from == [0] || !is_below(version, known.from))
    };
    ADVISORIES.iter().filter(has)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(repository: &str, version: &[u32]) -> Vec<&'static str> {
        advisories(repository, &version.to_vec()).map(|known| known.id).collect()
    }

    #[test]
    fn a_version_has_the_weaknesses_between_the_first_and_the_mended() {
        assert_eq!(told("tj-actions/changed-files", &[40, 2, 1]), ["GHSA-mcph-m25j-8j63", "GHSA-mrrh-fwg8-r2c3"]);
        assert_eq!(told("TJ-Actions/Changed-Files", &[45]), ["GHSA-mrrh-fwg8-r2c3"]);
        assert_eq!(told("rlespinasse/github-slug-action", &[1, 2, 0]), Vec::<&str>::new(), "mended in its own line");
        assert_eq!(told("rlespinasse/github-slug-action", &[2, 1, 0]), ["GHSA-7f32-hm4h-w77q"]);
        assert_eq!(told("aquasecurity/trivy-action", &[0, 34, 1]), ["GHSA-69fq-xp46-6x23"]);
        assert_eq!(told("aquasecurity/trivy-action", &[0, 35, 0]), Vec::<&str>::new());
        assert_eq!(told("step-security/harden-runner", &[2]), Vec::<&str>::new(), "a tag that moves along may be mended");
    }

    #[test]
    fn every_advisory_says_where_it_is_mended() {
        for known in ADVISORIES {
            assert!(known.id.starts_with("GHSA-") && known.id.len() == 19, "{known:?}");
            assert!(is_below(known.from, known.mended) || known.from == [0], "{known:?}");
        }
        assert!(ADVISORIES.is_sorted_by_key(|known| known.action));
    }
}
