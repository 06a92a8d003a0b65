//! `unsigned-release`

use super::cache_poisoning::releases;
use super::{Audit, Check, Example, Findings, Loosens, Rule, Scope};
use crate::finding::Severity;
use crate::origin::Origin;
use crate::pipeline::step::Kind;
use crate::pipeline::{Job, Pipeline};
use crate::source::Node;
use crate::view::actions::is_any;
use crate::view::calls::reached;
use crate::view::scripts;
use crate::view::shell::every;

/// What gives each proof: actions, and programs with the words that make them do it. As of 2026-11.
struct Proof {
    tag: &'static str,
    what: &'static str,
    actions: &'static [&'static str],
    programs: &'static [(&'static str, &'static str)],
}

const PROOFS: &[Proof] = &[
    Proof {
        tag: "Provenance",
        what: "provenance",
        actions: &[
            "actions/attest",
            "actions/attest-build-provenance",
            "pypa/gh-action-pypi-publish",
            "slsa-framework/slsa-github-generator",
        ],
        programs: &[("slsa-generator", ""), ("npm", "--provenance"), ("cosign", "attest"), ("docker", "--provenance")],
    },
    Proof {
        tag: "Sbom",
        what: "a list of its parts (SBOM)",
        actions: &["actions/attest-sbom", "anchore/sbom-action", "cyclonedx/gh-node-module-generatebom"],
        programs: &[
            ("syft", ""),
            ("cyclonedx-py", ""),
            ("cargo-cyclonedx", ""),
            ("cargo", "cyclonedx"),
            ("trivy", "cyclonedx"),
            ("docker", "--sbom"),
            ("npm", "sbom"),
        ],
    },
    Proof {
        tag: "Signature",
        what: "a signature",
        actions: &[
            "actions/attest",
            "actions/attest-build-provenance",
            "sigstore/gh-action-sigstore-python",
            "pypa/gh-action-pypi-publish",
        ],
        programs: &[
            ("cosign", "sign"),
            ("cosign", "sign-blob"),
            ("gpg", "--detach-sign"),
            ("gpg", "--sign"),
            ("gpg", "--clearsign"),
            ("gpg", "-ab"),
            ("minisign", "-S"),
            ("sigstore", "sign"),
            ("signtool", "sign"),
            ("codesign", ""),
        ],
    },
];

pub(super) static RULE: Rule = Rule {
    id: "unsigned-release",
    summary: "a release comes without a proof that the policy asks for",
    why: "Whoever installs a release cannot tell it from one that was put there by somebody else, unless it is signed or says \
          which commit and which job it was built from. A list of its parts tells whether the weakness of next month is in it. \
          Which of these an organisation gives is its own decision.",
    severity: Severity::Error,
    settings: r#"needs
  | Array [| 'Provenance, 'Sbom, 'Signature |]
  | doc "What every pipeline that a release or a tag starts must give, itself or through a call."
  | default
  = [],"#,
    loosens: &[("needs", Loosens::NoItem)],
    check: Check::Project(check),
    examples: &[
        Example::bad(&[("release", "{ on = { release = {} } }")]).policy("{ rules.unsigned-release.settings.needs = ['Provenance] }"),
        Example::bad(&[(
            "release",
            r#"{ on = { push.tags = ["v*"] }, jobs.test.steps = [{ run = "cosign sign-blob app" }] }"#,
        )])
        .policy("{ rules.unsigned-release.settings.needs = ['Signature, 'Sbom] }"),
        Example::bad(&[("ci", r#"{ jobs.test.gitlab.release = { tag_name = "v1", description = "One" } }"#)])
            .policy("{ rules.unsigned-release.settings.needs = ['Signature] }"),
        Example::good(&[
            ("release", r#"{ on = { push.tags = ["v*"] }, jobs.build.calls = "build" }"#),
            (
                "build",
                r#"{ on = { call = {} }, jobs.test.steps = [{ run = "syft . -o spdx-json" }, { uses = "actions/attest-build-provenance" }] }"#,
            ),
        ])
        .policy("{ rules.unsigned-release.settings.needs = ['Provenance, 'Sbom, 'Signature] }"),
        Example::good(&[(
            "release",
            r#"{ on = { release = {} }, jobs.test.steps = [{ parallel = [{ uses = "actions/attest-build-provenance" }, { run = "make" }] }] }"#,
        )])
        .policy("{ rules.unsigned-release.settings.needs = ['Provenance] }"),
        Example::good(&[("ci", "{}")]).policy("{ rules.unsigned-release.settings.needs = ['Provenance] }"),
        Example::good(&[("release", "{ on = { release = {} } }")]),
    ],
    audit: Audit::Strict,
    ..Rule::PORTABLE
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    let needs: Vec<&str> = scope
        .settings
        .get("needs")
        .and_then(Node::items)
        .unwrap_or_default()
        .iter()
        .filter_map(|item| item.tag().map(|(name, _)| name))
        .collect();
    for pipeline in &scope.project.pipelines {
        let Some(origin) = releases(pipeline).or_else(|| on_gitlab(pipeline)) else { continue };
        let all = reached(scope.project, pipeline);
        for proof in PROOFS.iter().filter(|proof| needs.contains(&proof.tag)) {
            if !all.iter().any(|one| by_action(one, proof)) && !by_program(scope, &all, proof) {
                findings
                    .report(pipeline.identity(), origin, format!("the release comes without {}", proof.what))
                    .key(proof.tag)
                    .decided(scope.settings, "needs")
                    .help(format!("use one of {}", proof.actions.join(", ")));
            }
        }
    }
}

/// The release that a job makes in GitLab's words.
fn on_gitlab(pipeline: &Pipeline) -> Option<Origin> {
    pipeline.jobs.values().find_map(|job| Some(job.gitlab.as_ref()?.entry("release")?.key))
}

fn by_action(pipeline: &Pipeline, proof: &'static Proof) -> bool {
    pipeline.jobs.values().flat_map(Job::all_steps).any(|step| match &step.kind.value {
        Kind::Uses(uses) => is_any(uses, proof.actions),
        _ => false,
    })
}

fn by_program(scope: &Scope<'_>, pipelines: &[&Pipeline], proof: &'static Proof) -> bool {
    let called = scripts::calling(scope, proof.programs.iter().map(|(name, _)| *name));
    let is_theirs =
        |script: &scripts::Script<'_>| script.spot.is_some_and(|spot| pipelines.iter().any(|one| one.id == spot.pipeline.id));
    called.filter(is_theirs).any(|script| {
        let commands = script.commands();
        every(&commands).into_iter().any(|command| {
            proof.programs.iter().any(|(name, word)| {
                let says = |text: &str| text.split(['=', ',']).any(|part| part == *word);
                command.name() == *name && (word.is_empty() || command.arguments().iter().any(|argument| says(&argument.text)))
            })
        })
    })
}
