//! `emit` on a disk that says no, killed, or twice at once: every file is as before or as it should be.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::project::{GOOD, Project, Said};
use crate::skip;

const PIPELINES: usize = 12;
const JOURNAL: &str = ".github/.pipeward-emit";

/// A project of several pipelines that all change with one file.
fn several() -> Project {
    let project = Project::new();
    for index in 0..PIPELINES {
        let text =
            GOOD.replace("\"Tests\"", &format!("\"Tests {index}\"")).replace("\"make test\"", "import \"../lib/script.ncl\"");
        project.write(&format!("pipelines/p{index}.ncl"), text);
    }
    set(&project, 'a');
    project
}

/// Changes what is to be written, to a text that is long enough to be torn.
fn set(project: &Project, script: char) {
    project.write("lib/script.ncl", format!("\"echo {}\"", script.to_string().repeat(9_000)));
}

/// Every file below `.github`.
fn emitted(root: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut open = vec![root.join(".github")];
    while let Some(directory) = open.pop() {
        for entry in fs::read_dir(directory).into_iter().flatten().flatten() {
            let place = entry.path();
            if place.is_dir() {
                open.push(place);
            } else if let Ok(bytes) = fs::read(&place) {
                found.insert(place.strip_prefix(root).expect("it is below").to_string_lossy().into_owned(), bytes);
            }
        }
    }
    found
}

fn emit(project: &Project) -> Said {
    let said = project.run(&["emit"]);
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    said
}

/// Both sets of files that `several` writes.
fn both(project: &Project) -> [BTreeMap<String, Vec<u8>>; 2] {
    ['a', 'b'].map(|script| {
        set(project, script);
        emit(project);
        emitted(project.root())
    })
}

/// Every file is of one of the sets, whole; what is beside them is ours to clear away.
#[track_caller]
fn whole(project: &Project, sets: &[BTreeMap<String, Vec<u8>>], when: &str) {
    for (path, bytes) in emitted(project.root()) {
        let known = sets.iter().any(|set| set.get(&path) == Some(&bytes));
        let ours =
            path == JOURNAL || path.rsplit('/').next().is_some_and(|name| name.starts_with('.') && name.ends_with(".pipeward"));
        assert!(known || ours, "{when} {path} holds {} bytes of neither set", bytes.len());
    }
}

#[test]
fn killed_at_a_hundred_moments() {
    let project = several();
    let sets = both(&project);
    let began = Instant::now();
    set(&project, 'a');
    emit(&project);
    let whole_run = began.elapsed();
    // The same moments in every run of this test.
    let mut random = 0x2545_f491_4f6c_dd1d_u64;
    let mut cut_short = 0;
    for round in 0..100_u32 {
        set(&project, if round % 2 == 0 { 'b' } else { 'a' });
        let mut child = project.command(&["emit"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts");
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        if round % 10 == 0 {
            // Any moment of the run.
            sleep(whole_run.mul_f64((random >> 40) as f64 / f64::from(1 << 24)));
        } else {
            // A moment while it writes: the journal is there.
            let began = Instant::now();
            let fresh = |path: &Path| fs::metadata(path).and_then(|file| file.modified()).ok();
            let before = fresh(&project.path(JOURNAL));
            while fresh(&project.path(JOURNAL)) == before && child.try_wait().expect("it can be asked").is_none() {
                assert!(began.elapsed() < Duration::from_secs(60), "it does not begin to write");
                std::hint::spin_loop();
            }
            sleep(Duration::from_micros(random >> 50));
        }
        child.kill().expect("it can be killed");
        child.wait().expect("it ends");
        cut_short += usize::from(project.path(JOURNAL).exists());
        whole(&project, &sets, &format!("after round {round}"));
    }
    assert!(cut_short > 20, "only {cut_short} of 100 runs were killed while they wrote");
    set(&project, 'a');
    emit(&project);
    assert!(emitted(project.root()) == sets[0], "the next run does not complete the set");
    assert_eq!(project.run(&["check"]).code, Some(0));
}

#[test]
fn twice_at_once() {
    let project = several();
    let sets = both(&project);
    for round in 0..10 {
        set(&project, if round % 2 == 0 { 'a' } else { 'b' });
        let start = || project.command(&["emit"]).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("it starts");
        let runs = [start(), start(), start()];
        for run in runs {
            let output = run.wait_with_output().expect("it ends");
            assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        }
        assert!(emitted(project.root()) == sets[round % 2], "after round {round}");
    }
}

#[test]
fn a_run_that_waits_for_its_turn_gives_up_at_last() {
    let project = Project::new();
    let turn = fs::File::open(project.root()).expect("it can be opened");
    if turn.try_lock().is_err() {
        return skip("a_run_that_waits_for_its_turn_gives_up_at_last", "directories that can be locked");
    }
    let said = project.run(&["emit"]);
    assert_eq!(said.code, Some(3));
    assert!(said.err.contains("another run is writing"), "{}", said.err);
    assert!(!project.path(".github").exists());
}

/// Runs a command on a place, as root if need be and if that asks no password.
fn as_root(command: &[&str], place: &Path) -> bool {
    let sudo = &[&["sudo", "-n"], command].concat()[..];
    let run = |command: &[&str]| Command::new(command[0]).args(&command[1..]).arg(place).output();
    [command, sudo].into_iter().any(|command| run(command).is_ok_and(|output| output.status.success()))
}

/// A small disk of its own, if this user may have one.
struct Disk(tempfile::TempDir);

impl Disk {
    fn new(title: &str, size: &str) -> Option<Self> {
        let place = tempfile::tempdir().expect("there is room");
        let options = format!("size={size},mode=1777");
        if cfg!(target_os = "linux") && as_root(&["mount", "-t", "tmpfs", "-o", &options, "tmpfs"], place.path()) {
            return Some(Self(place));
        }
        skip(title, "a user who may mount a tmpfs");
        None
    }

    fn remount(&self, option: &str) {
        assert!(as_root(&["mount", "-o", &format!("remount,{option}")], self.0.path()), "it cannot be remounted {option}");
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        as_root(&["umount"], self.0.path());
    }
}

#[test]
fn a_full_disk() {
    let Some(disk) = Disk::new("a_full_disk", "512k") else { return };
    let project = Project::at(disk.0.path());
    emit(&project);
    let before = emitted(project.root());
    let mut filled = 0;
    project.write("pipelines/ci.ncl", GOOD.replace("make test", &"x".repeat(90_000)));
    while fs::write(project.path(&format!("fill{filled}")), [0; 4096]).is_ok() {
        filled += 1;
    }
    let said = project.run(&["emit"]);
    assert_eq!(said.code, Some(3), "{}{}", said.out, said.err);
    assert!(said.err.contains("error: cannot write `.github/") && said.err.contains("No space left"), "{}", said.err);
    assert!(emitted(project.root()) == before, "something is half-written: {:?}", emitted(project.root()).keys());
    for index in 0..=filled {
        let _ = fs::remove_file(project.path(&format!("fill{index}")));
    }
    emit(&project);
    assert_eq!(project.run(&["check"]).code, Some(0));
}

#[test]
fn a_disk_that_may_not_be_written_to() {
    let Some(disk) = Disk::new("a_disk_that_may_not_be_written_to", "1m") else { return };
    let project = Project::at(disk.0.path());
    emit(&project);
    let before = emitted(project.root());
    project.write("pipelines/ci.ncl", GOOD.replace("make test", "make all"));
    disk.remount("ro");
    assert_eq!(project.run(&["check"]).code, Some(1), "looking needs no writing");
    let said = project.run(&["emit"]);
    assert_eq!(said.code, Some(3), "{}{}", said.out, said.err);
    assert!(said.err.contains("Read-only file system"), "{}", said.err);
    disk.remount("rw");
    assert!(emitted(project.root()) == before);
}

#[cfg(unix)]
#[test]
fn a_directory_of_links_that_lead_out() {
    use std::os::unix::fs::symlink;
    let outside = tempfile::tempdir().expect("there is room");
    for link in [".github", ".github/workflows", ".github/workflows/ci.yml"] {
        let project = Project::new();
        let place = project.path(link);
        fs::create_dir_all(place.parent().expect("it has one")).expect("it can be made");
        symlink(outside.path(), &place).expect("it can be made");
        for args in [&["emit"][..], &["emit", "--adopt"]] {
            let said = project.run(args);
            assert!(matches!(said.code, Some(1 | 3)), "{link}: {}{}", said.out, said.err);
            assert!(
                format!("{}{}", said.out, said.err).contains("symlink that leads out of the project"),
                "{}{}",
                said.out,
                said.err
            );
        }
        assert_eq!(fs::read_dir(outside.path()).expect("it is there").count(), 0, "{link}: something was written outside");
    }
}

/// A parent that dies leaves nothing running, not even an evaluation that never ends.
#[cfg(target_os = "linux")]
#[test]
fn a_killed_parent_leaves_no_worker() {
    let project = Project::new();
    project.write("pipelines/bad.ncl", "{ name = std.to_string (std.number.pow 10 1000000000) }");
    let mut child = project.command(&["check", "--time-limit=600"]).stdout(Stdio::null()).spawn().expect("it starts");
    let children = format!("/proc/{0}/task/{0}/children", child.id());
    let began = Instant::now();
    let mut workers = Vec::new();
    while workers.is_empty() || began.elapsed() < Duration::from_secs(2) {
        assert!(began.elapsed() < Duration::from_secs(30), "no worker starts");
        let text = fs::read_to_string(&children).unwrap_or_default();
        workers = text.split_whitespace().map(|pid| format!("/proc/{pid}/cmdline")).collect();
        sleep(Duration::from_millis(50));
    }
    child.kill().expect("it can be killed");
    child.wait().expect("it ends");
    let alive =
        |worker: &String| fs::read(worker).is_ok_and(|line| String::from_utf8_lossy(&line).contains("--evaluate-for-parent"));
    let began = Instant::now();
    while workers.iter().any(alive) {
        assert!(began.elapsed() < Duration::from_secs(10), "a worker goes on");
        sleep(Duration::from_millis(20));
    }
}
