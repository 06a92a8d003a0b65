//! `cron-too-often`

use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;
use crate::view::Clock;

/// Minutes that GitHub wants between two starts.
const LEAST: u32 = 5;

pub(super) static RULE: Rule = Rule {
    id: "cron-too-often",
    summary: "a schedule asks for more starts than the platform makes",
    why: "GitHub starts a schedule at most every 5 minutes. One that asks for more is not refused: it just does not run as often as its author \
          believes.",
    severity: Severity::Error,
    check: Check::Project(check),
    examples: &[
        Example::bad(&[("watch", r#"{ on = { schedule = [{ cron = "* * * * *" }] } }"#)]),
        Example::bad(&[("watch", r#"{ on = { schedule = [{ cron = "*/3 * * * *" }] } }"#)]),
        Example::bad(&[("watch", r#"{ on = { schedule = [{ cron = "0,2 6 * * 1" }] } }"#)]),
        Example::bad(&[("watch", r#"{ on = { schedule = [{ cron = "0,58 * * * *" }] } }"#)]),
        Example::good(&[("watch", r#"{ on = { schedule = [{ cron = "*/5 * * * *" }, { cron = "0 2 * * 0" }] } }"#)]),
        Example::good(&[("watch", r#"{ on = { schedule = [{ cron = "0,58 6 * * *" }] } }"#)]),
    ],
    ..Rule::GITHUB
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for pipeline in &scope.project.pipelines {
        for time in &pipeline.on.schedule {
            if let Some(gap) = gap(&time.cron)
                && gap < LEAST
            {
                findings
                    .report(
                        pipeline.identity(),
                        time.cron.origin,
                        format!("starts {gap} minute{} apart, the least is {LEAST}", if gap == 1 { "" } else { "s" }),
                    )
                    .key(time.cron.value.clone());
            }
        }
    }
}

/// The fewest minutes between two starts on one day; none if there is one start, or the schedule cannot be read.
fn gap(cron: &str) -> Option<u32> {
    let Clock { minutes, hours, .. } = Clock::read(cron).ok()?;
    let within = minutes.windows(2).map(|pair| pair[1] - pair[0]);
    let last_to_first = 60 - minutes.last()? + minutes.first()?;
    let adjacent =
        hours.windows(2).any(|pair| pair[1] == pair[0] + 1) || (hours.first() == Some(&0) && hours.last() == Some(&23));
    within.chain(adjacent.then_some(last_to_first)).min()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_are_between_neighbours_and_over_the_hour() {
        for (cron, expected) in [
            ("* * * * *", Some(1)),
            ("*/7 * * * *", Some(4)),
            ("0-30/10 * * * *", Some(10)),
            ("59,0 3,4 * * *", Some(1)),
            ("0,58 23,0 * * *", Some(2)),
            ("0 * * * *", Some(60)),
            ("0 2 * * 0", None),
            ("5/20 2 * * *", Some(20)),
            ("x * * * *", None),
            ("*/0 * * * *", None),
            ("", None),
        ] {
            assert_eq!(gap(cron), expected, "{cron}");
        }
    }
}
