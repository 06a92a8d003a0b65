//! The same sources make the same bytes and the same findings for everybody, everywhere, at any time of the year.

use std::fs;
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Somebody who runs the tool.
struct Someone {
    /// Where the project lies.
    folder: &'static str,
    zone: &'static str,
    locale: &'static str,
    /// Whether the files were made in the order of their names, or the other way round.
    backwards: bool,
    /// Another user of the machine, if the tests may become one.
    user: Option<u32>,
}

const EVERYONE: &[Someone] = &[
    Someone { folder: "one", zone: "UTC", locale: "C", backwards: false, user: None },
    Someone {
        folder: "a/quite/other place",
        zone: "Pacific/Kiritimati",
        locale: "tr_TR.UTF-8",
        backwards: true,
        user: Some(65_534),
    },
    Someone { folder: "größe", zone: "America/St_Johns", locale: "de_DE.ISO-8859-1", backwards: true, user: None },
];

/// Copies a folder file by file, in the order of names or against it.
fn copy(from: &Path, to: &Path, backwards: bool) {
    fs::create_dir_all(to).expect("a folder");
    let mut entries: Vec<_> = fs::read_dir(from).expect("a folder").map(|entry| entry.expect("an entry")).collect();
    entries.sort_by_key(fs::DirEntry::file_name);
    if backwards {
        entries.reverse();
    }
    for entry in entries {
        let target = to.join(entry.file_name());
        if entry.file_type().expect("a type").is_dir() {
            copy(&entry.path(), &target, backwards);
        } else {
            fs::copy(entry.path(), target).expect("a copy");
        }
    }
}

fn own(folder: &Path, user: u32) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() { own(&path, user)? } else { chown(&path, Some(user), Some(user))? }
    }
    chown(folder, Some(user), Some(user))
}

/// Files by path, each with its text.
type Contents = Vec<(PathBuf, String)>;

/// Everything below a folder, by its path from there.
fn files(root: &Path, folder: &Path) -> Contents {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            all.extend(files(root, &path));
        } else {
            let name = path.strip_prefix(root).expect("a path below").to_owned();
            all.push((name, fs::read_to_string(&path).expect("a text")));
        }
    }
    all.sort();
    all
}

#[test]
fn everybody_gets_the_same_bytes() {
    let room = tempfile::tempdir().expect("a directory");
    let root = fs::metadata("/proc/self").is_ok_and(|owner| std::os::unix::fs::MetadataExt::uid(&owner) == 0);
    let mut first: Option<(Contents, Vec<u8>)> = None;
    for someone in EVERYONE {
        let folder = room.path().join(someone.folder);
        copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/k2"), &folder, someone.backwards);
        fs::remove_dir_all(folder.join(".github")).expect("removed");
        let user = someone.user.filter(|_| root);
        if let Some(user) = user {
            use std::os::unix::fs::PermissionsExt as _;
            fs::set_permissions(room.path(), fs::Permissions::from_mode(0o755)).expect("a mode");
            own(&folder, user).expect("another owner");
        }
        let run = |arguments: &[&str]| {
            let mut command = Command::new(env!("CARGO_BIN_EXE_pipeward"));
            command.env_clear().env("TZ", someone.zone).env("LC_ALL", someone.locale).env("HOME", &folder).current_dir(&folder);
            command.args(arguments).args(["--now", "2026-06-01"]);
            if let Some(user) = user {
                command.uid(user).gid(user);
            }
            command.output().expect("pipeward runs")
        };
        let emitted = run(&["emit"]);
        assert!(emitted.status.success(), "{}", String::from_utf8_lossy(&emitted.stderr));
        // An exception that has ended, so that there is something to say.
        let policy = folder.join("policies/main.ncl");
        let sound = fs::read_to_string(&policy).expect("a policy");
        fs::write(&policy, sound.replace("2027-01-31", "2026-01-31")).expect("a policy");
        let said = run(&["check", "--format", "json"]);
        assert_eq!(said.status.code(), Some(1), "{}", String::from_utf8_lossy(&said.stderr));
        let shown = run(&["show", "--format", "json"]);
        let all = (files(&folder, &folder.join(".github")), [said.stdout, shown.stdout].concat());
        match &first {
            None => first = Some(all),
            Some(first) => assert!(*first == all, "{} differs", someone.folder),
        }
    }
}
