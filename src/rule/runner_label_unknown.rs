//! `runner-label-unknown`

use super::{Check, Example, Findings, Loosens, Rule, Scope};
use crate::finding::Severity;
use crate::pipeline::runner::Sort;
use crate::view::scope::near;

/// GitHub's own images, as of 2026-11.
const IMAGES: &[&str] = &[
    "macos-14",
    "macos-14-large",
    "macos-14-xlarge",
    "macos-15",
    "macos-15-intel",
    "macos-15-large",
    "macos-15-xlarge",
    "macos-26",
    "macos-26-intel",
    "macos-26-large",
    "macos-26-xlarge",
    "macos-latest",
    "macos-latest-large",
    "macos-latest-xlarge",
    "ubuntu-22.04",
    "ubuntu-22.04-arm",
    "ubuntu-24.04",
    "ubuntu-24.04-arm",
    "ubuntu-26.04",
    "ubuntu-26.04-arm",
    "ubuntu-latest",
    "ubuntu-slim",
    "windows-11-arm",
    "windows-11-vs2026-arm",
    "windows-2022",
    "windows-2025",
    "windows-2025-vs2026",
    "windows-latest",
];

pub(super) static RULE: Rule = Rule {
    id: "runner-label-unknown",
    summary: "a job asks for a runner that nobody knows",
    why: "A job whose label no runner has waits in the queue for a day and then fails without having run. The images of the \
          platform are known here, as of 2026-11; everything else is declared under `runners` in the project, with its \
          labels and whether the platform hosts it.",
    severity: Severity::Error,
    settings: r#"guess | Bool | doc "Whether to tell, where no runner is declared, labels that may be those of a machine of one's own." | default = false,"#,
    loosens: &[("guess", Loosens::Less)],
    check: Check::Project(check),
    examples: &[
        Example::bad(&[("ci", r#"{ jobs.test.runner = "ubuntu-24.4" }"#)]),
        Example::bad(&[("ci", r#"{ jobs.test.runner = "ubuntu-18.04" }"#)]),
        Example::bad(&[("ci", "{}")]).project(r#"{ default_runner = "big" }"#),
        Example::bad(&[("ci", r#"{ jobs.test = { runner = 'Matrix "os", matrix.os = ["ubuntu-24.04", "ubuntu-24.4"] } }"#)]),
        Example::bad(&[("ci", r#"{ jobs.test.github.runs-on = ["self-hosted", "gpu"] }"#)]),
        Example::bad(&[("ci", r#"{ jobs.test.github.runs-on.group = "gpu" }"#)]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.github.runs-on = "${{ github.event_name == 'push' && 'ubuntu-24.04' || 'ubuntu-24.4' }}" }"#,
        )]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.github = { runs-on = "${{ matrix.cfg.os }}", strategy.matrix.cfg = [{ os = "ubuntu-24.04" }, { os = "ubuntu-24.4" }] } }"#,
        )]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.github = { runs-on = "ubuntu-${{ matrix.v }}", strategy.matrix.v = "${{ fromJSON('[\"24.04\", \"24.4\"]') }}" } }"#,
        )]),
        Example::good(&[("ci", r#"{ jobs.test.github.runs-on = "${{ vars.RUNNER || 'ubuntu-24.04' }}" }"#)]),
        Example::good(&[(
            "ci",
            r#"{ jobs.test.github = { runs-on = "${{ matrix.os }}", strategy.matrix = { os = ["ubuntu-24.04"], include = [{ os = "windows-2025", v = 1 }, { v = 2 }] } } }"#,
        )]),
        Example::good(&[("ci", r#"{ jobs.test = { runner = ["ubuntu-", 'Matrix "v"], matrix.v = ["22.04", "24.04"] } }"#)]),
        Example::good(&[("ci", r#"{ jobs.test.github.runs-on = { group = "gpu", labels = "Cuda" } }"#)])
            .project(r#"{ runners.gpu = { group = "gpu", labels = ["cuda", "linux"], hosted = true } }"#),
        Example::good(&[("ci", r#"{ jobs.test.runner = "ubuntu-24.04-arm" }"#)]),
        Example::bad(&[(
            ".github/workflows/ci.yml",
            "on: { push: {} }\njobs: { test: { runs-on: ubunut-latest, steps: [{ run: make }] } }\n",
        )]),
        Example::good(&[(
            ".github/workflows/ci.yml",
            "on: { push: {} }
jobs:
  test: { runs-on: [self-hosted, gpu], steps: [{ run: make }] }
  more: { runs-on: big-machine-24, steps: [{ run: make }] }
",
        )]),
        Example::bad(&[(
            ".github/workflows/ci.yml",
            "on: { push: {} }\njobs: { test: { runs-on: [self-hosted, gpu], steps: [{ run: make }] } }\n",
        )])
        .policy("{ rules.runner-label-unknown.settings.guess = true }"),
        Example::good(&[("ci", r#"{ jobs.test.runner = "big" }"#)])
            .project(r#"{ runners.big = { labels = ["self-hosted", "big"], hosted = false } }"#),
    ],
    ..Rule::GITHUB
};

/// What the runner's own program calls the machine that it is started on.
const ANY_MACHINE: &[&str] = &["self-hosted", "linux", "windows", "macos", "x64", "arm", "arm64"];

fn is_any_machine(label: &str) -> bool {
    ANY_MACHINE.iter().any(|known| label.eq_ignore_ascii_case(known))
}

/// Whether a label is one of the platform's, or is made as they are: `ubuntu-20.04`, `ubunut-latest`.
fn is_like_an_image(label: &str) -> bool {
    let made = || {
        let mut words = label.split('-');
        let family = words.next().is_some_and(|word| ["macos", "ubuntu", "windows"].contains(&word));
        let version = words.next().is_some_and(|word| word == "latest" || word.starts_with(|first: char| first.is_ascii_digit()));
        family && version && words.all(|word| ["arm", "intel", "large", "xlarge"].contains(&word))
    };
    IMAGES.contains(&label) || made() || near(label, IMAGES.iter().copied()).is_some()
}

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    let project = scope.project;
    // Services that lend machines and owners of bigger ones call them as they like.
    let may_be_own = |labels: &[String]| !project.declares && !labels.iter().all(|label| is_like_an_image(label));
    for (pipeline, job) in scope.jobs().filter(|(_, job)| job.call().is_none()) {
        let machines = project.machines(job);
        let several = job.matrix.is_some() || machines.len() > 1;
        for machine in machines {
            let words = machine.words.as_str();
            let message = match &machine.sort {
                Sort::Labels(labels) if matches!(labels.as_slice(), [label] if IMAGES.contains(&label.as_str())) => continue,
                // What is worked out when the pipeline runs is nobody's yet.
                Sort::Declared(_) | Sort::Tags(_) | Sort::Later => continue,
                // Which groups there are no file of YAML says, nor whose machines are only named by what any of them is.
                Sort::Group(..) if !project.declares => continue,
                Sort::Labels(labels) if !project.declares && labels.iter().all(|label| is_any_machine(label)) => continue,
                Sort::Labels(labels) if !scope.settings.flag("guess") && may_be_own(labels) => continue,
                Sort::Labels(_) if !project.declares => format!("no image of the platform has the label {words}"),
                Sort::Group(..) => format!("the group `{words}` is not declared under `runners` with these labels"),
                Sort::Labels(labels) if labels.len() > 1 => format!("no runner declared under `runners` has the labels {words}"),
                Sort::Labels(_) => format!("`{words}` is neither an image of the platform nor declared under `runners`"),
            };
            let known = IMAGES.iter().copied().chain(project.runners.keys().map(String::as_str));
            let said = findings
                .report(pipeline.job_identity(job), machine.origin, message)
                .key(if several { words } else { "" })
                .suggest(near(words, known));
            if matches!(&machine.sort, Sort::Labels(labels) if may_be_own(labels)) {
                said.decided(scope.settings, "guess");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_are_sorted_and_hold_the_default() {
        assert!(IMAGES.is_sorted());
        assert!(IMAGES.contains(&crate::pipeline::project::DEFAULT_RUNNER));
    }
}
