//! Steps of every kind, put together by chance.

use super::draw::Draw;
use super::nickel::Nickel;
use super::pipeline::{Here, part, text, value};

const SCRIPTS: &[&str] = &[
    "make test",
    "make a\nmake b\n",
    "cat <<'EOF'\n  indented\nEOF\n",
    "echo \"$ALPHA\"",
    "test 1 -lt 2 && make",
    "make 'a b' # c",
    "\n\nmake\n",
    "make \\\n  --all\n",
    "printf '%s\\n' \"${ALPHA:-none}\"",
];

/// The steps of a job: the sources, some of any kind, and one that makes an output if one is asked for.
pub(crate) fn all(draw: &mut Draw<'_>, here: Here<'_>, outputs: bool) -> Nickel {
    let here = Here { step: true, ..here };
    let mut steps = vec![Nickel::record([("checkout", checkout(draw))])];
    for _ in 0..draw.below(4) {
        steps.push(if draw.chance(6) { side_by_side(draw) } else { step(draw, here) });
    }
    if outputs || steps.len() == 1 {
        let run = Nickel::text("echo \"made=1\" >> \"$GITHUB_OUTPUT\"\n");
        steps.push(Nickel::record([("id", Nickel::text("make")), ("run", run)]));
    }
    Nickel::List(steps)
}

/// Two steps that begin at the same time.
fn side_by_side(draw: &mut Draw<'_>) -> Nickel {
    let step = |draw: &mut Draw<'_>| Nickel::record([("run", Nickel::text(draw.one(SCRIPTS))), ("name", text(draw))]);
    Nickel::record([("parallel", Nickel::List(vec![step(draw), step(draw)]))])
}

fn checkout(draw: &mut Draw<'_>) -> Nickel {
    let mut checkout = Nickel::Record(Vec::new());
    if draw.chance(2) {
        checkout.put("depth", Nickel::Number(0));
    }
    if draw.chance(4) {
        checkout.put("submodules", Nickel::Flag(true));
    }
    checkout
}

fn step(draw: &mut Draw<'_>, here: Here<'_>) -> Nickel {
    let (kind, does) = kind(draw, here);
    let mut step = Nickel::record([(kind, does)]);
    if draw.chance(2) {
        step.put("name", text(draw));
    }
    if draw.chance(3) {
        step.put("when", Nickel::tag(draw.one(&["Always", "OnFailure", "NotCancelled", "DefaultBranch"])));
    }
    if draw.chance(4) {
        step.put("timeout", Nickel::text(format!("{}m", draw.below(20) + 1)));
    }
    if draw.chance(5) {
        step.put("impact", Nickel::tag("Warn"));
    }
    if kind == "run" {
        let names = draw.some(&["ALPHA", "OMEGA"]);
        step.put("env", Nickel::Record(names.into_iter().map(|name| (name.to_owned(), value(draw, here))).collect()));
        if draw.chance(5) {
            step.put("directory", Nickel::text("sub dir"));
        }
    }
    step
}

fn kind(draw: &mut Draw<'_>, here: Here<'_>) -> (&'static str, Nickel) {
    let paths = |of: &[&str]| Nickel::List(of.iter().map(|path| Nickel::text(*path)).collect());
    match draw.below(8) {
        0 => {
            let mut upload = Nickel::record([("paths", paths(&["out/**", "!out/tmp"])), ("retention", Nickel::text("7 days"))]);
            let number = draw.below(1000);
            let leg = here.keys.iter().flat_map(|key| [Nickel::text("-"), Nickel::of("Matrix", Nickel::text(*key))]);
            let name = [Nickel::text(format!("out-{number}"))].into_iter().chain(leg);
            upload.put("name", Nickel::List(name.collect()));
            ("upload", upload)
        }
        1 => (
            "download",
            Nickel::record([("pattern", Nickel::text("out-*")), ("path", Nickel::text("in")), ("merge", Nickel::Flag(true))]),
        ),
        2 => {
            let hash = Nickel::of("Hash", paths(&["Cargo.lock", "a'b"]));
            let key = Nickel::List(vec![Nickel::text("cargo-"), Nickel::tag("Os"), Nickel::text("-"), hash]);
            ("cache", Nickel::record([("key", key), ("paths", paths(&["~/.cargo"]))]))
        }
        3 => ("summary", Nickel::List(vec![text(draw), Nickel::text("\n"), part(draw, here)])),
        4 => {
            ("wait_for", Nickel::record([("url", Nickel::text("https://localhost:8080/ready")), ("within", Nickel::text("90s"))]))
        }
        _ => ("run", Nickel::text(draw.one(SCRIPTS))),
    }
}
