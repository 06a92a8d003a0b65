//! `pipeward emit`: writes the files that the forge reads.

use clap::{ArgMatches, Args as _, Command};

use super::judging::Judging;
use super::{Error, Session, Verb, options};
use crate::check::is_mended_by_emit;
use crate::disk::Real;
use crate::drift::is_stranger;
use crate::emit::{Done, Plan};
use crate::finding::{Finding, Verdict};
use crate::report::{Report, count, multiline};

pub(super) const VERB: Verb = Verb { command, run };

#[derive(clap::Args)]
struct Options {
    /// Show as unified diffs what would change, and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Replace files that somebody else wrote where ours go
    #[arg(long)]
    adopt: bool,
    #[command(flatten)]
    judging: Judging,
}

fn command() -> Command {
    Options::augment_args(Command::new("emit"))
        .about("Write the files that the forge reads, and remove those that nothing renders any more")
        .after_help("Example:\n  pipeward emit --dry-run\n\nNothing is written while `pipeward check` finds any error but drift.")
}

fn run(matches: &ArgMatches, session: &mut Session) -> Result<u8, Error> {
    let Options { dry_run, adopt, judging } = options(matches)?;
    let outcome = judging.check(session, None)?;
    let stays = |finding: &&Finding| !is_mended_by_emit(finding) || (is_stranger(finding) && !adopt);
    let findings: Vec<Finding> = outcome.findings.iter().filter(stays).cloned().collect();
    let verdict = Verdict::of(&findings);
    if !findings.is_empty() {
        judging.report(&Report { findings: &findings, ..outcome.report(session.color) }, session);
    }
    if verdict != Verdict::Passed {
        session.say("nothing was written");
        return Ok(verdict.exit_code());
    }
    let plan = Plan::new(&outcome.rendered, &outcome.on_disk, adopt)?;
    if dry_run {
        session.out.push_str(&multiline(&plan.diff()));
        session.say(&format!("would write {}, remove {}", count(plan.writes.len(), "file"), plan.removals.len()));
        return Ok(0);
    }
    let done = plan.apply(&session.root()?, &mut Real)?;
    tell(&done, outcome.rendered.len(), session);
    Ok(0)
}

fn tell(done: &Done, rendered: usize, session: &mut Session) {
    if done.resumed {
        session.say("an earlier run was cut short; its set is now complete");
    }
    for (verb, paths) in [("wrote", &done.written), ("removed", &done.removed)] {
        for path in paths {
            session.say(&format!("{verb} {path}"));
        }
    }
    let (written, removed) = (done.written.len(), done.removed.len());
    session.say(&format!("ok: {} current, {written} written, {removed} removed", count(rendered, "file")));
}
