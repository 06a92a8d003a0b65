//! What a rule has to say, collected.

use std::collections::HashSet;

use super::Settings;
use crate::finding::{Finding, Identity, Kind, Related, Severity};
use crate::origin::{FileId, Origin};
use crate::pipeline::Project;

/// What a rule has to say, collected.
#[derive(Debug)]
pub struct Findings {
    rule: String,
    summary: String,
    severity: Severity,
    /// Whether it looks at YAML: what to write instead is said in that.
    yaml: bool,
    /// The findings so far.
    pub list: Vec<Finding>,
}

impl Findings {
    /// For one rule.
    #[must_use]
    pub fn new(rule: &str, summary: &str, severity: Severity) -> Self {
        Self { rule: rule.to_owned(), summary: summary.to_owned(), severity, yaml: false, list: Vec::new() }
    }

    /// The same about YAML, if it is.
    #[must_use]
    pub fn of_yaml(self, yaml: bool) -> Self {
        Self { yaml, ..self }
    }

    /// Adds a finding that is at no place in a file.
    pub fn tell(&mut self, kind: Kind, identity: Identity, message: impl Into<String>) -> Said<'_> {
        let said = self.report(identity, Origin::whole(FileId(0)), message);
        (said.finding.kind, said.finding.origin) = (kind, None);
        said
    }

    /// Leaves out what is said twice: of one place in the same words, of a job what is said of the template or the defaults that it
    /// stands in, of all commands of a job together what is said of one of them.
    pub fn settle(&mut self, project: &Project) {
        if self.list.len() < 2 {
            return;
        }
        let jobs = project.pipelines.iter().flat_map(|pipeline| pipeline.jobs.values());
        let joined: HashSet<Origin> = jobs.flat_map(|job| job.on_gitlab.joined.iter().copied()).collect();
        let of_job = |finding: &Finding| finding.identity.as_str().contains('/');
        let is_joined = |finding: &Finding| finding.origin.is_some_and(|origin| joined.contains(&origin));
        let parts = self.list.iter().filter(|finding| !joined.is_empty() && !is_joined(finding));
        let parts: HashSet<_> = parts.map(|finding| (of_job(finding).then_some(&finding.identity), words(finding))).collect();
        let wide = self.list.iter().filter(|finding| !of_job(finding));
        let wide: HashSet<_> = wide.map(|finding| (finding.origin, words(finding))).collect();
        let mut said = HashSet::new();
        let kept = self.list.iter().map(|finding| {
            let of_part = || {
                let own = (Some(&finding.identity), words(finding));
                parts.contains(&own) || parts.contains(&(None, words(finding)))
            };
            let told = is_joined(finding) && of_part() || of_job(finding) && wide.contains(&(finding.origin, words(finding)));
            let mut new = || said.insert((finding.origin, &finding.identity, words(finding)));
            finding.origin.is_none() || !told && new()
        });
        let mut kept = kept.collect::<Vec<bool>>().into_iter();
        self.list.retain(|_| kept.next().unwrap_or(true));
    }

    /// What a permission is called in the language that is read.
    #[must_use]
    pub fn permission(&self, name: &str) -> String {
        if self.yaml { name.replace('_', "-") } else { name.to_owned() }
    }

    /// Adds a finding; what it returns takes help, a second place or a key.
    pub fn report(&mut self, identity: Identity, origin: Origin, message: impl Into<String>) -> Said<'_> {
        let last = self.list.len();
        let found = Finding::new(&self.rule, &self.summary, self.severity, identity, message);
        self.list.push(Finding { origin: Some(origin), ..found });
        Said { yaml: self.yaml, finding: &mut self.list[last] }
    }
}

/// A finding that was just reported, to be completed.
#[derive(Debug)]
pub struct Said<'a> {
    yaml: bool,
    finding: &'a mut Finding,
}

impl Said<'_> {
    /// What to write instead: in Nickel, and in YAML.
    pub fn mend(self, nickel: impl Into<String>, yaml: impl Into<String>) -> Self {
        let text = if self.yaml { yaml.into() } else { nickel.into() };
        self.help(text)
    }

    /// What to do about it, whatever it is written in.
    pub fn help(self, text: impl Into<String>) -> Self {
        self.finding.help.push(text.into());
        self
    }

    /// What may have been meant, if anything is near it.
    pub fn suggest(self, text: Option<String>) -> Self {
        self.finding.help.extend(text);
        self
    }

    /// A second place that explains it.
    pub fn related(self, origin: Origin, message: impl Into<String>) -> Self {
        self.finding.related.push(Related { origin, message: message.into() });
        self
    }

    /// The policy line that decided it, if somebody wrote one.
    pub fn decided(self, settings: Settings<'_>, name: &str) -> Self {
        match settings.written(name) {
            Some(origin) => self.related(origin, "the policy says so here"),
            None => self,
        }
    }

    /// It could not be judged.
    pub fn refused(self) -> Self {
        self.finding.kind = Kind::Refused;
        self
    }

    /// Tells it apart from others of the rule on the same identity: a scope, a field's name.
    pub fn key(self, key: impl Into<String>) -> Self {
        self.finding.key = key.into();
        self
    }
}
/// What tells findings of one place apart.
fn words(finding: &Finding) -> (&str, &str) {
    (&finding.key, &finding.message)
}
