//! Every seed of the fuzz targets, held to its property as the other tests are; `tests/fuzz/run` looks for more.

use std::collections::BTreeSet;
use std::fs;
use std::panic::catch_unwind;
use std::path::Path;
use std::time::{Duration, Instant};

use pipeward::source::{Limits, Request, Resident, Role, Tree};

#[path = "../fuzz/src/lib.rs"]
#[expect(unreachable_pub, reason = "another crate takes them from there")]
mod properties;

fn names(directory: &str) -> BTreeSet<String> {
    let entries = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(directory)).expect("a directory");
    let name = |entry: fs::DirEntry| entry.path().file_stem().expect("a name").to_string_lossy().into_owned();
    entries.map(|entry| name(entry.expect("an entry"))).collect()
}

#[test]
fn every_property_has_a_target_and_seeds() {
    let known: BTreeSet<String> = properties::PROPERTIES.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(names("fuzz/fuzz_targets"), known);
    assert_eq!(names("fuzz/corpus-seeds"), known);
}

#[test]
fn every_seed_holds() {
    let mut broken = Vec::new();
    for (name, hold) in properties::PROPERTIES {
        let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus-seeds").join(name);
        let mut number = 0;
        for entry in fs::read_dir(directory).expect("seeds") {
            let path = entry.expect("a seed").path();
            let bytes = fs::read(&path).expect("bytes");
            number += 1;
            // What it panics with is on standard error.
            if catch_unwind(|| hold(&bytes)).is_err() {
                broken.push(path);
            }
        }
        assert!(number > 2, "{name} has hardly a seed");
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

/// Seeds, each with a few bytes of it taken out, doubled, moved or replaced: whatever comes of it holds, and soon.
///
/// `PIPEWARD_MUTATIONS` says how many; so does a run by hand that takes longer.
fn changed_seeds_hold(name: &str, hold: properties::Property, number: usize) {
    let number = std::env::var("PIPEWARD_MUTATIONS").ok().and_then(|number| number.parse().ok()).unwrap_or(number);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus-seeds").join(name);
    let mut paths: Vec<_> = fs::read_dir(folder).expect("seeds").map(|entry| entry.expect("a seed").path()).collect();
    paths.sort();
    let seeds: Vec<Vec<u8>> = paths.iter().map(|path| fs::read(path).expect("bytes")).collect();
    let mut draw = Draw(0x5eed);
    let mut broken = Vec::new();
    for round in 0..number {
        let mut bytes = seeds[round % seeds.len()].clone();
        (0..=draw.below(4)).for_each(|_| draw.change(&mut bytes));
        let began = Instant::now();
        let held = catch_unwind(|| hold(&bytes)).is_ok();
        // A build without optimisation on a busy machine gets more than the second that is promised.
        if !held || began.elapsed() > Duration::from_secs(20) {
            broken.push((round, began.elapsed(), String::from_utf8_lossy(&bytes).into_owned()));
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

#[test]
fn changed_workflows_hold() {
    changed_seeds_hold("workflow", properties::workflow::hold, 2_000);
}

#[test]
fn changed_files_of_gitlab_hold() {
    changed_seeds_hold("gitlab", properties::gitlab::hold, 2_000);
}

/// Fewer: some are evaluated.
#[test]
fn imports_of_changed_files_hold() {
    changed_seeds_hold("import", properties::import::hold, 200);
}

/// Numbers that are the same in every run: xorshift.
struct Draw(u64);

impl Draw {
    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 1).unwrap_or_default() % most.max(1)
    }

    /// One change: of a piece of a line, of whole lines, or of a sign that means something.
    fn change(&mut self, bytes: &mut Vec<u8>) {
        let signs: [&[u8]; 12] = [b":", b"- ", b"\n", b"\t", b"${{", b"}}", b"*a", b"&a ", b"'", b"\"", b"{", b"\xc3\xa9"];
        let start = self.below(bytes.len());
        let end = (start + self.below(30)).min(bytes.len());
        match self.below(4) {
            0 => drop(bytes.drain(start..end)),
            1 => {
                let piece = bytes[start..end].to_vec();
                let place = self.below(bytes.len());
                bytes.splice(place..place, piece);
            }
            2 => drop(bytes.splice(start..start, signs[self.below(signs.len())].iter().copied())),
            _ => {
                let mut lines: Vec<Vec<u8>> = bytes.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
                let (one, other) = (self.below(lines.len()), self.below(lines.len()));
                if one < lines.len() && other < lines.len() {
                    lines.swap(one, other);
                }
                *bytes = lines.concat();
            }
        }
    }
}

/// Bytes of the protocol cannot be written by hand: the seeds of answers are what is sent of some seeds of files.
#[test]
fn the_seeds_of_answers_are_answers() {
    let seeds = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus-seeds");
    let mut resident = Resident::over(Tree::default(), Limits::default());
    let mut answer = |seed: &str, role| {
        let text = fs::read_to_string(seeds.join("source").join(seed)).expect("a seed");
        let evaluation = resident.evaluate(&Request { name: "pipelines/ci.ncl".to_owned(), text: Some(text), role });
        let mut sent = Vec::new();
        evaluation.send(&mut sent).expect("sent");
        sent
    };
    let stream = [answer("twice", Role::Free), answer("comma", Role::Free)].concat();
    // A target puts the length before the message by itself.
    let message = |sent: Vec<u8>| sent[4..].to_vec();
    for (name, expected) in [
        ("stream", stream),
        ("tags", message(answer("twice", Role::Free))),
        ("syntax", message(answer("comma", Role::Pipeline))),
        ("value", message(answer("pipeline", Role::Pipeline))),
        ("faults", message(answer("faults", Role::Pipeline))),
    ] {
        let path = seeds.join("answer").join(name);
        if std::env::var_os("PIPEWARD_WRITE").is_some() {
            fs::write(&path, &expected).expect("written");
        }
        assert!(fs::read(&path).is_ok_and(|found| found == expected), "{name}: write it anew by PIPEWARD_WRITE=1");
    }
}

/// The packages of a lock file, as `name version`, and what pipeward needs of them.
fn locked(file: &str) -> (BTreeSet<String>, BTreeSet<String>) {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).expect("a lock file");
    let (mut packages, mut needed) = (BTreeSet::new(), BTreeSet::new());
    for package in text.split("[[package]]").skip(1) {
        let of =
            |key: &str| package.lines().find_map(|line| line.strip_prefix(key)?.strip_suffix('"')).expect("a key").to_owned();
        let name = of("name = \"");
        if name == "pipeward" {
            needed =
                package.lines().filter_map(|line| line.strip_prefix(" \"")?.strip_suffix("\",")).map(str::to_owned).collect();
        }
        packages.insert(format!("{name} {}", of("version = \"")));
    }
    (packages, needed)
}

#[test]
fn the_targets_are_built_from_what_the_project_is_built_from() {
    let ((project, needed), (targets, known)) = (locked("Cargo.lock"), locked("fuzz/Cargo.lock"));
    let own = ["arbitrary", "jobserver", "libfuzzer-sys", "pipeward-fuzz"];
    let is_own = |package: &String| own.contains(&package.split(' ').next().unwrap_or_default());
    let others: Vec<&String> = targets.difference(&project).filter(|package| !is_own(package)).collect();
    let manifest = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml")).expect("a manifest");
    let (normal, _) = manifest.split_once("[dev-dependencies]").expect("the section of what only tests need");
    let is_normal = |name: &&String| normal.lines().any(|line| line.split(" = ").next() == Some(name));
    let missing: Vec<&String> = needed.difference(&known).filter(is_normal).collect();
    let help = "cp Cargo.lock fuzz/ && cargo update --workspace --manifest-path fuzz/Cargo.toml";
    assert!(others.is_empty() && missing.is_empty(), "{others:?} {missing:?}, write: {help}");
}
