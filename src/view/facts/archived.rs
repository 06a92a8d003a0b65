//! Repositories of actions that are archived: nobody mends them any more.

/// Read from lists of archived repositories (`support/archived-action-repos.txt` of zizmor, 2025-12-04) and from their own notices.
const ARCHIVED: &[&str] = &[
    "8398a7/action-slack",
    "actions-rs/audit-check",
    "actions-rs/cargo",
    "actions-rs/clippy-check",
    "actions-rs/components-nightly",
    "actions-rs/grcov",
    "actions-rs/install",
    "actions-rs/tarpaulin",
    "actions-rs/toolchain",
    "actions/create-release",
    "actions/setup-elixir",
    "actions/setup-haskell",
    "actions/setup-ruby",
    "actions/upload-release-asset",
    "andrewmcodes-archive/rubocop-linter-action",
    "artichoke/setup-rust",
    "azure/appservice-actions",
    "azure/container-actions",
    "azure/container-scan",
    "azure/get-keyvault-secrets",
    "azure/k8s-actions",
    "azure/webapps-container-deploy",
    "cedrickring/golang-action",
    "cirrus-actions/rebase",
    "contributor-assistant/github-action",
    "crazy-max/ghaction-docker-buildx",
    "crazy-max/ghaction-hugo",
    "decathlon/pull-request-labeler-action",
    "delaguardo/setup-graalvm",
    "facebook/pysa-action",
    "gradle/gradle-build-action",
    "grafana/k6-action",
    "hashicorp/terraform-cdk-action",
    "helaili/github-graphql-action",
    "helaili/jekyll-action",
    "ilshidur/action-slack",
    "jakejarvis/cloudflare-purge-action",
    "jakejarvis/firebase-deploy-action",
    "jakejarvis/hugo-build-action",
    "jakejarvis/lighthouse-action",
    "jakejarvis/s3-sync-action",
    "justinribeiro/lighthouse-action",
    "marvinpinto/action-automatic-releases",
    "marvinpinto/actions",
    "maxheld83/ghpages",
    "meilcli/danger-action",
    "mikepenz/gradle-dependency-submission",
    "paambaati/codeclimate-action",
    "repo-sync/pull-request",
    "repo-sync/repo-sync",
    "scottbrenner/generate-changelog-action",
    "semgrep/semgrep-action",
    "sonarsource/sonarcloud-github-action",
    "stefanprodan/kube-tools",
    "svenstaro/upx-action",
    "technote-space/auto-cancel-redundant-workflow",
    "technote-space/get-diff-action",
    "tibdex/github-app-token",
    "verygoodopensource/very_good_coverage",
    "whelk-io/maven-settings-xml-action",
    "youyo/aws-cdk-github-actions",
    "z0al/dependent-issues",
];

/// Whether a repository, `owner/name`, is archived.
pub(crate) fn archived(repository: &str) -> bool {
    let lower = repository.to_ascii_lowercase();
    ARCHIVED.binary_search(&lower.as_str()).is_ok()
}

#[cfg(test)]
mod tests {
    use super::ARCHIVED;

    #[test]
    fn they_are_sorted_so_that_each_is_found() {
        assert!(ARCHIVED.is_sorted_by(|one, other| one < other));
        assert!(ARCHIVED.iter().all(|name| super::archived(&name.to_ascii_uppercase())));
        assert!(!super::archived("actions/checkout"));
    }
}
