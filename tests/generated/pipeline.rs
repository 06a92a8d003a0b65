//! Pipelines put together by chance, each a valid one or nearly so: who asks for them leaves out what the gate refuses.

use super::draw::Draw;
use super::nickel::Nickel;
use super::step;

/// What may be written where a person reads it; YAML has its own ideas about some of it.
pub(crate) const TEXTS: &[&str] = &[
    "Tests",
    "yes",
    "null",
    "~",
    "1e3",
    "0x10",
    "1.0",
    "2026-01-01",
    "a: b",
    "a # b",
    "- a",
    "? a",
    "it's",
    "\"quoted\"",
    "{a}",
    "[a]",
    "*a",
    "&a",
    "!a",
    "%a",
    "@a",
    "`a`",
    "a\\b",
    "Größe ±5",
    "日本語",
    "🦀",
    "=",
    "<<",
    "a,b",
    "true",
    "12:30:45",
    "a\"b'c",
];
/// What no person reads; lines and blanks at the ends count as well.
const LONG: &[&str] = &["one\ntwo\n", "one\n\n  two", " a", "a ", "\n", "a\tb", "", "#", "---", "a\n"];
const VARIABLES: &[&str] = &["LEVEL", "REGION", "SIZE"];
const RUNNERS: &[&str] = &["ubuntu-24.04", "ubuntu-22.04", "ubuntu-24.04-arm", "macos-15", "windows-2025"];

/// A job that was made, for those after it.
#[derive(Clone)]
pub(crate) struct Made {
    id: String,
    outputs: bool,
}

/// What a value may refer to where it stands.
#[derive(Clone, Copy)]
pub(crate) struct Here<'a> {
    pub(crate) needs: &'a [Made],
    pub(crate) keys: &'a [&'static str],
    pub(crate) step: bool,
    pub(crate) events: &'a [&'static str],
}

pub(crate) fn text(draw: &mut Draw<'_>) -> Nickel {
    Nickel::text(draw.one(TEXTS))
}

/// A part of a value.
pub(crate) fn part(draw: &mut Draw<'_>, here: Here<'_>) -> Nickel {
    match draw.below(9) {
        0 => text(draw),
        1 => Nickel::text(draw.one(LONG)),
        2 => Nickel::Number(i64::try_from(draw.below(2000)).unwrap_or_default() - 1000),
        3 => Nickel::Flag(draw.chance(2)),
        4 => Nickel::of("Variable", Nickel::text(draw.one(VARIABLES))),
        5 if !here.keys.is_empty() => Nickel::of("Matrix", Nickel::text(draw.one(here.keys))),
        6 if here.needs.iter().any(|job| job.outputs) => {
            let job = here.needs.iter().find(|job| job.outputs).expect("one");
            Nickel::of("Output", Nickel::text(format!("{}.made", job.id)))
        }
        7 if here.step => Nickel::of("Hash", Nickel::List(vec![Nickel::text("Cargo.lock")])),
        _ => Nickel::tag(draw.one(&["Commit", "Branch", "Ref", "Repository", "RunUrl", "RunId", "Actor", "Event"])),
    }
}

/// A value: one part, or some that are joined.
pub(crate) fn value(draw: &mut Draw<'_>, here: Here<'_>) -> Nickel {
    if draw.chance(3) { Nickel::List((0..=draw.below(3)).map(|_| part(draw, here)).collect()) } else { part(draw, here) }
}

fn environment(draw: &mut Draw<'_>, here: Here<'_>) -> Nickel {
    let names = draw.some(&["ALPHA", "BETA_2", "_gamma", "Delta"]);
    Nickel::Record(names.into_iter().map(|name| (name.to_owned(), value(draw, here))).collect())
}

fn condition(draw: &mut Draw<'_>, here: Here<'_>, depth: usize) -> Nickel {
    let several = |draw: &mut Draw<'_>| Nickel::List((0..=draw.below(2)).map(|_| condition(draw, here, depth - 1)).collect());
    match draw.below(if depth > 0 { 10 } else { 7 }) {
        0 => Nickel::tag("DefaultBranch"),
        1 => Nickel::tag("Tag"),
        2 => Nickel::of("Branch", Nickel::List(vec![Nickel::text("main"), Nickel::text("release/**")])),
        3 => Nickel::of("Event", Nickel::List(vec![Nickel::tag(draw.one(here.events))])),
        4 => Nickel::of("Present", Nickel::of("Variable", Nickel::text(draw.one(VARIABLES)))),
        5 if !here.needs.is_empty() => {
            let job = Nickel::text(draw.one(here.needs).id);
            let is = Nickel::tag(draw.one(&["Success", "Failure", "Skipped"]));
            Nickel::of("Result", Nickel::record([("job", job), ("is", is)]))
        }
        5 | 6 => Nickel::tag(draw.one(&["Always", "OnFailure", "NotCancelled"])),
        7 => Nickel::of("All", several(draw)),
        8 => Nickel::of("Any", several(draw)),
        _ => Nickel::of("Not", condition(draw, here, depth - 1)),
    }
}

fn triggers(draw: &mut Draw<'_>) -> (Nickel, Vec<&'static str>) {
    let mut on = Nickel::Record(Vec::new());
    let mut events = Vec::new();
    let branches = || Nickel::List(vec![Nickel::text("main"), Nickel::text("release/**")]);
    if draw.chance(2) {
        let filter = if draw.chance(2) { Nickel::record([("branches", branches())]) } else { Nickel::Record(Vec::new()) };
        on.put("pull_request", filter);
        events.push("PullRequest");
    }
    if draw.chance(3) {
        let mut push = Nickel::record([("branches", branches())]);
        if draw.chance(2) {
            push.put("paths", Nickel::List(vec![Nickel::text("src/**"), Nickel::text("!src/*.md")]));
        }
        on.put("push", push);
        events.push("Push");
    }
    if draw.chance(4) {
        let cron = Nickel::text(draw.one(&["0 2 * * *", "*/15 8-18 * * 1-5", "30 4 1,15 * *"]));
        on.put("schedule", Nickel::List(vec![Nickel::record([("cron", cron)])]));
        events.push("Schedule");
    }
    if events.is_empty() || draw.chance(4) {
        on.put("manual", Nickel::Record(Vec::new()));
        events.push("Manual");
    }
    (on, events)
}

/// What only GitHub has, in its own words.
fn words(draw: &mut Draw<'_>) -> Nickel {
    let mut words = Nickel::Record(Vec::new());
    if draw.chance(2) {
        words.put("run-name", Nickel::text("Run ${{ github.run_number }} by ${{ github.actor }}"));
    }
    if draw.chance(3) {
        let types = Nickel::List(vec![Nickel::text("created"), Nickel::text("deleted")]);
        words.put("on", Nickel::record([("label", Nickel::record([("types", types)])), ("status", Nickel::Record(Vec::new()))]));
    }
    if draw.chance(3) {
        words.put("defaults", Nickel::record([("run", Nickel::record([("shell", Nickel::text("sh"))]))]));
    }
    words
}

fn matrix(draw: &mut Draw<'_>) -> (Option<Nickel>, Vec<&'static str>) {
    let keys = if draw.chance(3) { draw.some(&["os", "size", "flavour"]) } else { Vec::new() };
    if keys.is_empty() {
        return (None, keys);
    }
    let mut matrix = Nickel::Record(Vec::new());
    for key in &keys {
        let first = draw.below(TEXTS.len() - 3);
        let mut values: Vec<Nickel> = TEXTS[first..=first + draw.below(3)].iter().map(|text| Nickel::text(*text)).collect();
        if draw.chance(3) {
            values.push(Nickel::Number(3));
        }
        matrix.put(*key, Nickel::List(values));
    }
    if draw.chance(3) {
        let leg = Nickel::record([(keys[0], Nickel::text("another"))]);
        matrix.put("include", Nickel::List(vec![leg]));
    }
    (Some(matrix), keys)
}

/// A service, and an image for the commands themselves: both are for Linux.
fn images(draw: &mut Draw<'_>, job: &mut Nickel) {
    if draw.chance(5) {
        let health = Nickel::record([("command", Nickel::text("pg_isready -U \"k2\"")), ("interval", Nickel::text("5s"))]);
        let service = Nickel::record([
            ("image", Nickel::text("postgres")),
            ("ports", Nickel::List(vec![Nickel::Number(5432)])),
            ("health", health),
        ]);
        job.put("services", Nickel::record([("postgres", service)]));
        job.put("runner", Nickel::text("ubuntu-24.04"));
    }
    if draw.chance(6) {
        job.put("container", Nickel::record([("image", Nickel::text("tools"))]));
        job.put("runner", Nickel::text("ubuntu-24.04"));
    }
}

fn job(draw: &mut Draw<'_>, before: &[Made], events: &[&'static str], id: &str) -> (Nickel, Made) {
    let needs: Vec<Made> = draw.some(before);
    let (legs, keys) = matrix(draw);
    let here = Here { needs: &needs, keys: &keys, step: false, events };
    let minutes = draw.below(59) + 1;
    let mut job = Nickel::record([("timeout", Nickel::text(format!("{minutes}m")))]);
    if draw.chance(2) {
        job.put("name", text(draw));
    }
    if !needs.is_empty() {
        job.put("needs", Nickel::List(needs.iter().map(|need| Nickel::text(need.id.as_str())).collect()));
    }
    if draw.chance(3) {
        job.put("when", condition(draw, here, 2));
    }
    if draw.chance(3) {
        job.put("runner", Nickel::text(draw.one(RUNNERS)));
    }
    let mut permissions = Nickel::record([("contents", Nickel::tag("Read"))]);
    if draw.chance(4) {
        permissions.put("checks", Nickel::of("Write", Nickel::text("annotates failures")));
    }
    job.put("permissions", permissions);
    if let Some(legs) = legs {
        job.put("matrix", legs);
        job.put("fail_fast", Nickel::Flag(draw.chance(2)));
    }
    if draw.chance(4) {
        job.put("shards", Nickel::Number(i64::try_from(draw.below(4) + 1).unwrap_or(1)));
    }
    match draw.below(8) {
        6 => job.put("impact", Nickel::tag("Warn")),
        7 => {
            let when = Nickel::text("${{ github.event_name == 'schedule' || contains(github.ref, 'x') }}");
            job.put("github", Nickel::record([("continue-on-error", when)]));
        }
        _ => {}
    }
    images(draw, &mut job);
    if draw.chance(5) {
        let group = draw.one(&[Nickel::tag("PerRef"), Nickel::tag("PerPipeline"), Nickel::of("Named", Nickel::text("deploy"))]);
        job.put("concurrency", Nickel::record([("group", group), ("cancel", Nickel::Flag(draw.chance(2)))]));
    }
    job.put("env", environment(draw, here));
    let outputs = draw.chance(3);
    if outputs {
        job.put("outputs", Nickel::record([("made", Nickel::of("Step", Nickel::text("make.made")))]));
    }
    job.put("steps", step::all(draw, here, outputs));
    (dedup(job), Made { id: id.to_owned(), outputs })
}

/// A record with the last of the fields that are written twice.
fn dedup(record: Nickel) -> Nickel {
    let Nickel::Record(fields) = record else { return record };
    let mut kept: Vec<(String, Nickel)> = Vec::new();
    for (name, value) in fields {
        kept.retain(|(known, _)| *known != name);
        kept.push((name, value));
    }
    Nickel::Record(kept)
}

/// One pipeline.
pub(crate) fn pipeline(draw: &mut Draw<'_>) -> Nickel {
    let (on, events) = triggers(draw);
    let mut whole = Nickel::record([("name", text(draw)), ("on", on)]);
    if draw.chance(2) {
        whole.put("description", text(draw));
    }
    if draw.chance(3) {
        whole.put("github", words(draw));
    }
    let concurrency = [("group", Nickel::tag(draw.one(&["PerRef", "PerPipeline"]))), ("cancel", Nickel::Flag(draw.chance(2)))];
    whole.put("concurrency", Nickel::record(concurrency));
    whole.put("env", environment(draw, Here { needs: &[], keys: &[], step: false, events: &events }));
    let mut jobs = Nickel::Record(Vec::new());
    let mut made = Vec::new();
    for id in &["lint", "unit_tests", "Build-2", "_deploy"][..=draw.below(4)] {
        let (job, this) = job(draw, &made, &events, id);
        jobs.put(*id, job);
        made.push(this);
    }
    whole.put("jobs", jobs);
    whole
}
