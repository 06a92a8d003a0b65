//! Waivers in the files themselves: `# pipeward: allow[rule-id] reason`, on the line of a finding or on the one above.
//!
//! A parser of YAML drops comments, so they are looked for in the text, outside of the scalars that were read.

use std::ops::Range;

use crate::finding::{Finding, Identity, Kind};
use crate::origin::{At, FileId, Files, Origin};
use crate::policy::{Date, Exception, Layer, Level, Policy};
use crate::read::{Document, Source, What};
use crate::rule::{self, RULES};
use crate::source::{Node, Value};
use crate::view::scope::near;

/// What such a comment begins with.
const MARK: &str = "pipeward:";
/// The form of it, for whoever wrote another.
const FORM: &str = "write # pipeward: allow[rule-id] and the reason, and perhaps until=2027-01-31";

/// A comment that lets findings pass.
struct Waiver {
    /// The whole of it.
    origin: Origin,
    /// The rules; none if it has another form.
    rules: Option<Vec<At<String>>>,
    reason: String,
    until: Option<Date>,
    /// The bytes in which a finding that it is about begins.
    spans: Vec<Range<usize>>,
}

/// Takes the findings away that comments of their files let pass, and says what is wrong with such comments.
pub(super) fn waive(findings: &mut Vec<Finding>, sources: &[Source], files: &Files, policy: &Policy, now: Date) {
    for source in sources.iter().filter(|source| source.text.contains(MARK)) {
        let Some(file) = files.find(&source.shown, &source.text) else { continue };
        let mut said = Said { policy, identity: Identity::of(&source.path), found: Vec::new() };
        for waiver in waivers(source, file) {
            said.judge(&waiver, findings, now);
        }
        findings.append(&mut said.found);
    }
}

/// What is to be said of the comments of one file.
struct Said<'a> {
    policy: &'a Policy,
    identity: Identity,
    found: Vec<Finding>,
}

impl Said<'_> {
    fn judge(&mut self, waiver: &Waiver, findings: &mut Vec<Finding>, now: Date) {
        let Some(rules) = &waiver.rules else {
            return self.say(
                "waiver-unjustified",
                waiver.origin,
                "the comment has no form that is known".to_owned(),
                FORM.to_owned(),
            );
        };
        if waiver.reason.is_empty() {
            self.say("waiver-unjustified", waiver.origin, "no reason is given".to_owned(), FORM.to_owned());
        }
        for rule in rules {
            let own = self.policy.custom.iter().find(|own| own.id == rule.value);
            let known = rule::find(&rule.value);
            if known.is_none() && own.is_none() {
                let meant = near(&rule.value, RULES.iter().map(|rule| rule.id));
                let help = meant.unwrap_or_else(|| "remove it".to_owned());
                self.say("unknown-rule-id", rule.origin, format!("no rule is named `{}`", rule.value), help);
                continue;
            }
            if let Some(until) = waiver.until.filter(|until| *until < now) {
                let help = "mend what it covers, or decide anew and write another day".to_owned();
                self.say("waiver-expired", waiver.origin, format!("its last day was {until}, today is {now}"), help);
                continue;
            }
            if let Some(forbidden) = self.policy.forbids(Layer::Repository, &exception(waiver, rule), now) {
                self.say("suppression-banned", rule.origin, forbidden.message, "mend what it covers".to_owned());
                continue;
            }
            let is_judged = known.is_some_and(|rule| self.policy.severity(rule).is_some())
                || own.is_some_and(|own| own.severity != Level::Off);
            let before = findings.len();
            if !waiver.reason.is_empty() {
                findings.retain(|finding| !waiver.covers(finding, &rule.value));
            } else if findings.iter().any(|finding| waiver.covers(finding, &rule.value)) {
                continue;
            }
            if findings.len() == before && is_judged {
                let message = format!("`{}` finds nothing here", rule.value);
                self.say("waiver-unused", rule.origin, message, "remove it".to_owned());
            }
        }
    }

    /// Says what a rule about waivers has found, as severe as the policy has it.
    fn say(&mut self, id: &str, origin: Origin, message: String, help: String) {
        let Some(rule) = rule::find(id) else { return };
        let Some(severity) = self.policy.severity(rule) else { return };
        let found = Finding::new(id, rule.summary, severity, self.identity.clone(), message);
        self.found.push(Finding { origin: Some(origin), help: vec![help], ..found });
    }
}

/// A comment as the exception that it would be in a policy; without a last day, one that never ends.
fn exception(waiver: &Waiver, rule: &At<String>) -> Exception {
    let at = |text: &str| At::new(text.to_owned(), waiver.origin);
    let forever = Date::parse("9999-12-31").unwrap_or(Date::from_unix(0));
    Exception {
        name: "comment".to_owned(),
        key: waiver.origin,
        rule: rule.clone(),
        identity: at(""),
        reason: at(&waiver.reason),
        owner: at(""),
        expires: At::new(waiver.until.unwrap_or(forever), waiver.origin),
    }
}

impl Waiver {
    fn covers(&self, finding: &Finding, rule: &str) -> bool {
        let inside = |origin: Origin| {
            let start = origin.start as usize;
            origin.file == self.origin.file && self.spans.iter().any(|span| span.contains(&start))
        };
        finding.kind != Kind::Refused && finding.rule == rule && finding.origin.is_some_and(inside)
    }
}

/// The comments of a file that are waivers, and what each is about.
fn waivers(source: &Source, file: FileId) -> Vec<Waiver> {
    let text = source.text.as_str();
    let document = Document::read(text, file);
    let (mut scalars, mut parts) = (Vec::new(), Vec::new());
    for root in &document.roots {
        collect(root, text, &mut scalars);
        parts.extend(if source.what == What::GitLab { jobs(Some(root)) } else { jobs_and_steps(root) });
    }
    let mut found = Vec::new();
    for (mark, _) in text.match_indices(MARK) {
        let line = text[..mark].rfind('\n').map_or(0, |end| end + 1);
        let before = text[line..mark].trim_end_matches([' ', '\t']);
        let Some(left) = before.strip_suffix('#').filter(|left| left.is_empty() || left.ends_with([' ', '\t'])) else { continue };
        let start = line + left.len();
        if scalars.iter().any(|scalar| scalar.contains(&start)) {
            continue;
        }
        let end = text[mark..].find(['\n', '\r']).map_or(text.len(), |end| mark + end);
        let about = if left.trim().is_empty() { next_line(text, end) } else { line..end };
        let mut spans = vec![about.clone()];
        spans.extend(parts.iter().filter(|part| about.contains(&part.start)).cloned());
        found.push(read(text, file, start..end, mark + MARK.len(), spans));
    }
    found
}

/// The first line after a place that is neither empty nor a comment.
fn next_line(text: &str, from: usize) -> Range<usize> {
    let mut at = from;
    for line in text[from..].split_inclusive('\n') {
        let said = line.trim();
        if at > from && !said.is_empty() && !said.starts_with('#') {
            return at..at + line.len();
        }
        at += line.len();
    }
    text.len()..text.len()
}

/// A comment whose words begin at `from`.
fn read(text: &str, file: FileId, comment: Range<usize>, from: usize, spans: Vec<Range<usize>>) -> Waiver {
    let number = |byte: usize| u32::try_from(byte).unwrap_or(u32::MAX);
    let origin = |span: Range<usize>| Origin { file, start: number(span.start), end: number(span.end) };
    let words = text[from..comment.end].trim();
    let inside = words.strip_prefix("allow[").and_then(|rest| rest.split_once(']'));
    let (mut until, mut reason) = (None, Vec::new());
    for word in inside.map_or("", |(_, reason)| reason).split_whitespace() {
        match word.strip_prefix("until=").and_then(Date::parse) {
            Some(day) => until = Some(day),
            None => reason.push(word),
        }
    }
    // A day that is none must not pass for a reason.
    let wrong = reason.iter().any(|word| word.starts_with("until="));
    let rules = inside.filter(|_| !wrong).map(|(rules, _)| {
        let start = from + text[from..].find('[').map_or(0, |open| open + 1);
        let mut at = start;
        let rule = |part: &str| {
            let lead = part.len() - part.trim_start().len();
            let place = origin(at + lead..at + lead + part.trim().len());
            at += part.len() + 1;
            At::new(part.trim().to_owned(), place)
        };
        rules.split(',').map(rule).collect()
    });
    Waiver { origin: origin(comment), rules, reason: reason.join(" "), until, spans }
}

/// Where scalars stand in which `#` begins no comment: of a block, the lines below its head.
fn collect(node: &Node, text: &str, scalars: &mut Vec<Range<usize>>) {
    match &node.value {
        Value::Array(items) => items.iter().for_each(|item| collect(item, text, scalars)),
        Value::Record(fields) => {
            for field in fields {
                scalars.push(field.key.range());
                collect(&field.node, text, scalars);
            }
        }
        Value::Tag(_, Some(argument)) => collect(argument, text, scalars),
        _ => {
            let mut span = node.origin.range();
            if let Some(block) = text.get(span.clone()).filter(|text| text.starts_with(['|', '>'])) {
                span.start += block.find('\n').unwrap_or(block.len());
            }
            scalars.push(span);
        }
    }
}

/// Where the jobs of a record stand.
fn jobs(record: Option<&Node>) -> Vec<Range<usize>> {
    let jobs = record.and_then(Node::fields).unwrap_or_default();
    jobs.iter().map(|job| job.key.start as usize..job.node.origin.end as usize).collect()
}

/// Where the jobs of a file and their steps stand.
fn jobs_and_steps(root: &Node) -> Vec<Range<usize>> {
    let mut parts = jobs(root.get("jobs"));
    let jobs = root.get("jobs").and_then(Node::fields).unwrap_or_default();
    let holders = jobs.iter().map(|job| &job.node).chain(root.get("runs"));
    let steps = holders.filter_map(|holder| holder.get("steps")?.items()).flatten();
    parts.extend(steps.map(|step| step.origin.range()));
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The rules found in a workflow, by line.
    fn found(text: &str) -> Vec<(String, usize)> {
        found_in(What::Workflow, text)
    }

    fn found_in(what: What, text: &str) -> Vec<(String, usize)> {
        let path = if what == What::GitLab { ".gitlab-ci.yml" } else { ".github/workflows/ci.yml" }.to_owned();
        let source = Source { what, shown: path.clone(), path, text: text.to_owned() };
        let terms = crate::audit::Terms { now: Date::parse("2026-06-01").expect("a day"), strict: false, policy: None };
        let judged = crate::audit::of_sources("it", &[source], &terms);
        let line = |finding: &Finding| finding.origin.map_or(0, |origin| judged.files.place(origin).line);
        judged.findings.iter().map(|finding| (finding.rule.clone(), line(finding))).collect()
    }

    const HEAD: &str =
        "on: pull_request\npermissions: {}\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    timeout-minutes: 5\n    steps:\n";

    fn of(steps: &str) -> Vec<(String, usize)> {
        found(&format!("{HEAD}{steps}"))
    }

    const BAD: &str = "      - run: echo \"${{ github.head_ref }}\"";

    #[test]
    fn a_comment_at_a_line_above_it_or_at_its_step_lets_it_pass() {
        assert_eq!(of(&format!("{BAD}\n")), [("template-injection".to_owned(), 8)]);
        for steps in [
            format!("{BAD} # pipeward: allow[template-injection] only members may start it\n"),
            format!("      # pipeward: allow[template-injection] only members until=2026-06-01\n      # More.\n\n{BAD}\n"),
            "      # pipeward: allow[template-injection] only members\n      - name: Say\n        env: { A: b }\n        run: |\n          echo ${{ github.head_ref }}\n".to_owned(),
            format!("      - run: |\n          make\n      # pipeward: allow[template-injection] only members\n{BAD}\n"),
        ] {
            assert_eq!(of(&steps), [], "{steps}");
        }
        let job = HEAD.replace("  test:", "  # pipeward: allow[template-injection] only members\n  test:");
        assert_eq!(found(&format!("{job}{BAD}\n{BAD}\n")), []);
    }

    #[test]
    fn a_comment_in_a_file_of_gitlabs_covers_its_line_or_its_job() {
        let file = |comment: &str, end: &str| {
            format!("image: a\n{comment}build:\n  image: b\n  script:\n    - make{end}\nother:\n  image: c\n  script: make\n")
        };
        let rules = |text: &str| {
            found_in(What::GitLab, text).into_iter().map(|(rule, line)| format!("{line} {rule}")).collect::<Vec<_>>()
        };
        assert_eq!(rules(&file("", "")), ["1 unpinned-images", "3 unpinned-images", "7 unpinned-images"]);
        let allow = "# pipeward: allow[unpinned-images] ours";
        assert_eq!(rules(&file(&format!("{allow}\n"), "")), ["1 unpinned-images", "8 unpinned-images"]);
        assert_eq!(
            rules(&file("", &format!(" {allow}"))),
            ["1 unpinned-images", "3 unpinned-images", "5 waiver-unused", "7 unpinned-images"]
        );
        assert_eq!(rules(&format!("{allow}\n{}", file("", ""))), ["4 unpinned-images", "8 unpinned-images"]);
    }

    #[test]
    fn a_comment_that_covers_nothing_or_says_too_little_is_found() {
        let rule = |steps: &str| of(steps).into_iter().map(|(rule, _)| rule).collect::<Vec<_>>();
        for (comment, said) in [
            ("allow[template-injection]", vec!["template-injection", "waiver-unjustified"]),
            ("alow[template-injection] because", vec!["template-injection", "waiver-unjustified"]),
            ("allow[template-injections] because", vec!["template-injection", "unknown-rule-id"]),
            ("allow[template-injection] because until=2026-05-31", vec!["template-injection", "waiver-expired"]),
            ("allow[template-injection] because until=soon", vec!["template-injection", "waiver-unjustified"]),
            ("allow[template-injection, cron] because", vec!["waiver-unused"]),
        ] {
            let mut found = rule(&format!("{BAD} # pipeward: {comment}\n"));
            found.sort();
            assert_eq!(found, said, "{comment}");
        }
    }

    #[test]
    fn what_stands_in_a_scalar_is_no_comment() {
        for steps in [
            "      - run: |\n          # pipeward: allow[cron] because\n          make\n",
            "      - run: \"make # pipeward: allow[cron] because\"\n",
            "      - name: 'a\n          # pipeward: allow[cron] because'\n        run: make\n",
        ] {
            assert_eq!(of(steps), [], "{steps}");
        }
    }
}
