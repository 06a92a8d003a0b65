//! A step of the model as an entry of a job's script.
//!
//! A kind lowers to a `Part`: the commands, what they are handed, and a name for whoever wrote none. This file puts around it what
//! all steps share, as options of the function `step` that all jobs have.

mod artifact;
mod checkout;
mod command;
mod entry;
mod flow;
mod image;
mod message;
mod report;
mod wait;

pub(super) use self::checkout::{no_sources, sources};
use self::entry::Entry;
use super::condition;
use super::lowering::Lowering;
use super::script::Piece;
use super::value::{assigned, quoted, word};
use crate::origin::At;
use crate::pipeline::gitlab::Tree;
use crate::pipeline::step::{Impact, Kind};
use crate::pipeline::{Condition, Job, Step, Value};
use crate::yaml::Node;

/// Commands of one step, or those that a piece gives.
#[derive(Debug)]
enum Commands {
    Own(String),
    Shared(Piece),
}

impl Default for Commands {
    fn default() -> Self {
        Self::Own(String::new())
    }
}

impl Commands {
    fn text(&self) -> &str {
        match self {
            Self::Own(text) => text,
            Self::Shared(piece) => piece.commands().map_or("", |(_, text)| text),
        }
    }
}

/// What a step does, without what all steps share.
#[derive(Debug, Default)]
struct Part {
    /// What it is called if the author says nothing.
    name: String,
    /// The commands: the author's, or what steps have in common.
    commands: Commands,
    /// What they are handed, as words `NAME=value`; never the author's own.
    env: Vec<(&'static str, String)>,
    /// What follows the commands, as words.
    arguments: Vec<String>,
    /// The shell, if it is another than bash.
    shell: Option<String>,
    /// Where they run, as a word.
    directory: Option<String>,
}

impl Part {
    /// Commands of this step.
    fn running(name: impl Into<String>, commands: &str) -> Self {
        Self { name: name.into(), commands: Commands::Own(commands.to_owned()), ..Self::default() }
    }

    /// Commands of ours that many steps have, which read everything that varies from the environment or their arguments.
    fn calling(name: impl Into<String>, piece: Piece) -> Self {
        Self { name: name.into(), commands: Commands::Shared(piece), ..Self::default() }
    }

    /// Hands a value to the commands.
    fn value(mut self, lowering: &mut Lowering<'_>, name: &'static str, value: &At<Value>) -> Self {
        self.env.push((name, assigned(lowering, name, value)));
        self
    }

    /// Hands a text to the commands.
    fn text(mut self, name: &'static str, text: &str) -> Self {
        self.env.push((name, quoted(&format!("{name}={text}"))));
        self
    }

    /// Puts a value after the commands.
    fn argument(&mut self, lowering: &mut Lowering<'_>, option: &str, value: &At<Value>) {
        let word = word(lowering, value);
        self.arguments.extend([option.to_owned(), word]);
    }
}

/// The entries of the script that do what a step does.
pub(super) fn lower<'a>(lowering: &mut Lowering<'a>, job: &'a Job, step: &'a Step) -> Vec<Node> {
    lowering.enter(job, Some(step));
    match &step.kind.value {
        Kind::Parallel(steps) if step.gitlab.is_none() => flow::group(lowering, job, step, steps),
        kind if kind.is_flow() && step.gitlab.is_none() => vec![Node::from(flow::waiting(lowering, step))],
        _ => {
            let beside = step.background.as_ref().is_some_and(|background| background.value);
            if let Some(background) = step.background.as_ref().filter(|_| beside) {
                lowering.lose("background", background.origin);
            }
            entries(lowering, job, step, beside)
        }
    }
}

/// One entry, or what the author has written in its place: references stand as they are, since what they lead to is no text yet.
fn entries(lowering: &mut Lowering<'_>, job: &Job, step: &Step, beside: bool) -> Vec<Node> {
    let words = step.gitlab.as_deref().map_or(&[][..], Tree::items);
    if words.iter().any(|word| word.text().is_none()) {
        return words.iter().map(Tree::to_yaml).collect();
    }
    entry(lowering, job, step, beside).map(Node::from).into_iter().collect()
}

fn entry(lowering: &mut Lowering<'_>, job: &Job, step: &Step, beside: bool) -> Option<String> {
    let part = part(lowering, job, step)?;
    keep_apart(lowering, step, &part);
    let title = match (&step.name, &step.github.name) {
        (Some(name), _) => quoted(&seen(name)),
        (None, Some(name)) => word(lowering, name),
        (None, None) => quoted(&seen(&part.name)),
    };
    let annotated = speaks_to_github(part.commands.text());
    let mut entry = begun(lowering, step, title, part.commands);
    if !step.env.is_empty() || !part.env.is_empty() {
        lowering.call(Piece::Variables);
    }
    for (name, binding) in &step.env {
        entry.option("--env", &assigned(lowering, name, &binding.value));
    }
    for (_, word) in &part.env {
        entry.option("--env", word);
    }
    if let Some(directory) = &part.directory {
        lowering.call(Piece::Directory);
        entry.option("--in", directory);
    }
    if let Some(shell) = &part.shell {
        lowering.call(Piece::Shell);
        entry.option("--shell", &quoted(shell));
    }
    if let Some(timeout) = &step.timeout {
        lowering.lose("step-timeout", timeout.origin);
        lowering.call(Piece::Timeout);
        entry.option("--seconds", &timeout.as_seconds().to_string());
    }
    if let Some(timeout) = &step.github.timeout {
        lowering.lose("step-timeout-later", timeout.origin);
    }
    if let Some(warn) = tolerance(lowering, step) {
        lowering.call(Piece::Warn);
        entry.option("--warn", &warn);
    }
    if let Some(when) = &step.when {
        let test = condition::test(lowering, when).to_string();
        if may_follow_failure(when) {
            lowering.lose("step-after-cancellation", when.origin);
        }
        entry.always();
        entry.only_if(test);
    }
    if annotated {
        lowering.lose("script-commands", step.kind.origin);
        lowering.call(Piece::Annotations);
        entry.option("--annotated", "yes");
    }
    if beside {
        lowering.call(Piece::Beside);
        entry.option("--beside", "yes");
    }
    entry.arguments = part.arguments;
    Some(entry.text())
}

/// An entry with its commands, or with the call of what gives them.
fn begun(lowering: &mut Lowering<'_>, step: &Step, title: String, commands: Commands) -> Entry {
    match commands {
        Commands::Own(text) => Entry::new(id(step), title, text),
        Commands::Shared(piece) => {
            lowering.call(piece);
            Entry::calling(id(step), title, piece.commands().map_or("", |(name, _)| name))
        }
    }
}

/// What a kind does; none if nothing of it is done by the script.
fn part(lowering: &mut Lowering<'_>, job: &Job, step: &Step) -> Option<Part> {
    if let Some(words) = &step.gitlab {
        return command::instead(lowering, words);
    }
    match &step.kind.value {
        Kind::Run(run) => Some(command::run(lowering, job, step, run)),
        Kind::Uses(_) => {
            lowering.lose("action", step.kind.origin);
            None
        }
        Kind::Checkout(checkout) => checkout::lower(lowering, step, checkout),
        Kind::Upload(upload) => Some(artifact::upload(lowering, upload)),
        Kind::Download(download) => artifact::download(lowering, job, step, download),
        Kind::WaitFor(wait) => Some(wait::lower(wait)),
        Kind::Summary(summary) => Some(message::summary(lowering, step, summary)),
        Kind::Comment(comment) => Some(message::comment(lowering, step, comment)),
        Kind::Email(email) => Some(message::email(lowering, email)),
        Kind::Slack(slack) => Some(message::slack(lowering, slack)),
        Kind::DockerBuild(build) => Some(image::lower(lowering, job, step, build)),
        Kind::Sarif(sarif) => Some(report::sarif(lowering, step, sarif)),
        Kind::Coverage(coverage) => Some(report::coverage(lowering, step, coverage)),
        Kind::Cache(cache) => artifact::cache(cache),
        Kind::Wait(_) | Kind::WaitAll | Kind::Cancel(_) | Kind::Parallel(_) => None,
    }
}

/// What the script knows a step by: its id, or after a dot, which no id has, its part of the identity.
fn id(step: &Step) -> String {
    step.id.as_ref().map_or_else(|| format!(".{}", step.identity.trim_start_matches('#')), |id| id.value.clone())
}

/// A name on one line, without what acts on a log.
fn seen(name: &str) -> String {
    name.chars().map(|letter| if letter.is_control() || crate::unseen::is_unseen(letter) { ' ' } else { letter }).collect()
}

/// The word that says whether the failure of a step is only said.
fn tolerance(lowering: &mut Lowering<'_>, step: &Step) -> Option<String> {
    if let Some(when) = &step.warn_if {
        let test = condition::holds(lowering, when);
        return Some(format!("\"$(if {test}; then echo yes; fi)\""));
    }
    step.impact.as_ref().is_some_and(|impact| impact.value == Impact::Warn).then(|| "yes".to_owned())
}

/// Whether GitHub would run the step after a cancellation as well.
fn may_follow_failure(when: &Condition) -> bool {
    when.walk().iter().any(|inner| matches!(inner, Condition::Always))
}

/// Whether a script has commands for GitHub's runner in what it prints.
fn speaks_to_github(script: &str) -> bool {
    const COMMANDS: &[&str] =
        &["::error", "::warning", "::notice", "::debug::", "::group::", "::endgroup::", "::add-mask::", "::stop-commands::"];
    COMMANDS.iter().any(|command| script.contains(command))
}

/// A variable of the author's never gives way to one that a script of ours reads under the same name, nor to one of the driver.
fn keep_apart(lowering: &mut Lowering<'_>, step: &Step, part: &Part) {
    for (name, binding) in &step.env {
        if part.env.iter().any(|(taken, _)| taken == name) {
            let message = format!("`{name}` is the name under which the step hands something to its own script");
            lowering.refuse("env-name-taken", binding.key, message, "give the variable another name".to_owned(), name);
        }
    }
}

#[cfg(test)]
mod scripts;
#[cfg(test)]
mod tests;
