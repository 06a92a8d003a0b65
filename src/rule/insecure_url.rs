//! `insecure-url`

use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;
use crate::pipeline::Part;
use crate::view::address;
use crate::view::scripts;
use crate::view::shell::{Command, every};

/// Programs that fetch what they are told to.
const FETCHERS: &[&str] = &[
    "curl", "wget", "git", "pip", "pip3", "uv", "npm", "yarn", "pnpm", "gem", "cargo", "go", "docker", "helm", "svn", "hg",
    "aria2c",
];
/// Inputs of actions that say where something is fetched from or sent to.
const INPUTS: &[&str] = &["url", "registry", "repository", "index", "mirror", "server", "endpoint"];

pub(super) static RULE: Rule = Rule {
    id: "insecure-url",
    summary: "something is fetched so that anybody on the way can change it",
    why: "Nothing tells whether what comes over `http://` or `git://` is what was sent. Whoever controls one machine on the way \
          controls the build, and reads the tokens that go with it. Addresses of this machine and of services beside the job \
          are meant to be plain.",
    severity: Severity::Warning,
    check: Check::Project(check),
    examples: &[
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ run = "curl -o a.tar.gz http://downloads.acme.com/a.tar.gz" }] }"#)]),
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ run = "git clone git://git.acme.com/a.git" }] }"#)]),
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ run = "pip install --index-url=http://pypi.acme.com/simple a" }] }"#)]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ uses = "actions/setup-node", with.registry-url = "http://npm.acme.com" }] }"#,
        )]),
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ run = "wget HTTP://downloads.acme.com/a.tar.gz", shell = "pwsh" }] }"#)]),
        Example::good(&[(
            "ci",
            r#"{ jobs.test.steps = [{ run = "curl http://localhost:8080/health http://127.0.0.1 http://postgres:5432 http://api.internal/x http://$HOST/y" }] }"#,
        )]),
        Example::good(&[(
            "ci",
            r#"{ jobs.test.steps = [{ run = "curl https://downloads.acme.com/a\necho http://www.w3.org/2000/svg" }] }"#,
        )]),
    ],
    ..Rule::PORTABLE
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for script in scripts::all(scope).filter(|script| script.is_read() && address::is_plain(script.text)) {
        let commands = script.commands();
        let mut plain: Vec<&str> = every(&commands)
            .into_iter()
            .filter(|command| FETCHERS.contains(&command.name()))
            .flat_map(Command::arguments)
            .filter_map(|word| address::insecure(&word.text))
            .collect();
        plain.dedup();
        for host in plain {
            let identity = script.identity();
            findings
                .report(identity, script.origin, format!("`{host}` is reached without encryption"))
                .key(host)
                .help("write https://");
        }
    }
    for held in scope.values() {
        let Some(name) = held.field.strip_prefix("with.").or_else(|| held.field.strip_prefix("checkout.")) else { continue };
        let name = name.to_ascii_lowercase();
        let Some(Part::Text(text)) = held.value.parts.first().map(|part| &part.value) else { continue };
        if INPUTS.iter().any(|input| name.contains(input))
            && let Some(host) = address::insecure(text)
        {
            findings
                .report(held.spot.identity(), held.value.origin, format!("`{host}` is reached without encryption"))
                .key(held.field.clone())
                .help("write https://");
        }
    }
}
