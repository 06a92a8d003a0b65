//! `pipeward gate`: what passes, what fails, and what measured nothing and so is neither.

use std::fs;
use std::path::Path;
use std::process::Command;

struct Said {
    code: i32,
    out: String,
    err: String,
}

/// A repository with one file of ten lines.
struct Shop(tempfile::TempDir);

const CODE: &str = "one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\nten\n";

impl Shop {
    fn new() -> Self {
        let shop = Self(tempfile::tempdir().expect("there is room"));
        shop.write("src/cart.py", CODE);
        shop
    }

    fn root(&self) -> &Path {
        self.0.path()
    }

    fn write(&self, path: &str, text: &str) {
        let place = self.root().join(path);
        fs::create_dir_all(place.parent().expect("a folder")).expect("a folder");
        fs::write(place, text).expect("a file");
    }

    fn git(&self, arguments: &[&str]) {
        let who = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main"];
        let done = Command::new("git").current_dir(self.root()).args(who).args(arguments).output().expect("git starts");
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    }

    fn commit(&self) {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "-m", "a change"]);
    }

    fn gate(&self, arguments: &[&str]) -> Said {
        let mut command = Command::new(env!("CARGO_BIN_EXE_pipeward"));
        let output = command.current_dir(self.root()).args(["gate", "coverage"]).args(arguments).output().expect("it starts");
        Said {
            code: output.status.code().expect("it ended by itself"),
            out: String::from_utf8(output.stdout).expect("it writes text"),
            err: String::from_utf8(output.stderr).expect("it writes text"),
        }
    }
}

/// The tracefile of a file of which the first lines are run and the others not.
fn lcov(path: &str, run: u32, lines: u32) -> String {
    let each: String = (1..=lines).map(|line| format!("DA:{line},{}\n", u8::from(line <= run))).collect();
    format!("TN:\nSF:{path}\n{each}LF:{lines}\nLH:{run}\nend_of_record\n")
}

/// The same eight of ten lines, as each tool writes it.
fn good() -> Vec<(&'static str, String)> {
    let lines = |each: fn(u32, u32) -> String| (1..=10).map(|line| each(line, u32::from(line <= 8))).collect::<String>();
    let cobertura = format!(
        "<?xml version=\"1.0\" ?>\n<!DOCTYPE coverage SYSTEM 'http://cobertura.sourceforge.net/xml/coverage-04.dtd'>\n<coverage line-rate=\"0.8\">\n\
         <sources><source>/home/runner/work/shop/src</source></sources>\n<packages><package name=\".\"><classes>\n\
         <class name=\"cart.py\" filename=\"cart.py\"><methods/><lines>{}</lines></class></classes></package></packages></coverage>\n",
        lines(|line, hits| format!("<line number=\"{line}\" hits=\"{hits}\"/>"))
    );
    let jacoco = format!(
        "<?xml version=\"1.0\"?><!DOCTYPE report PUBLIC \"-//JACOCO//DTD Report 1.1//EN\" \"report.dtd\"><report name=\"shop\"><package name=\"src\">\
         <sourcefile name=\"cart.py\">{}<counter type=\"LINE\" missed=\"2\" covered=\"8\"/></sourcefile></package></report>",
        lines(|line, hits| format!("<line nr=\"{line}\" mi=\"{}\" ci=\"{hits}\" mb=\"0\" cb=\"0\"/>", 1 - hits))
    );
    let clover = format!(
        "<?xml version=\"1.0\"?><coverage><project name=\"shop\"><file name=\"cart.py\" path=\"/srv/shop/src/cart.py\">{}</file></project></coverage>",
        lines(|line, hits| format!("<line num=\"{line}\" type=\"stmt\" count=\"{hits}\"/>"))
    );
    let python =
        r#"{"meta": {"format": 3}, "files": {"src/cart.py": {"executed_lines": [1,2,3,4,5,6,7,8], "missing_lines": [9,10]}}}"#;
    let llvm = r#"{"data": [{"files": [{"filename": "/build/shop/src/cart.py", "segments":
        [[1,1,4,true,true,false],[8,5,0,false,false,false],[9,1,0,true,true,false],[10,5,0,false,false,false]]}]}], "type": "llvm.coverage.json.export", "version": "2.0.1"}"#;
    vec![
        ("lcov.info", lcov("src/cart.py", 8, 10)),
        ("cobertura.xml", cobertura),
        ("jacoco.xml", jacoco),
        ("clover.xml", clover),
        (
            "cover.out",
            "mode: atomic\nexample.org/shop/src/cart.py:1.13,8.16 5 3\nexample.org/shop/src/cart.py:9.2,10.4 2 0\n".to_owned(),
        ),
        ("coverage.json", python.to_owned()),
        ("llvm.json", llvm.to_owned()),
    ]
}

#[test]
fn the_same_in_every_format_is_the_same() {
    let shop = Shop::new();
    for (name, text) in good() {
        shop.write(name, &text);
        let said = shop.gate(&[name]);
        assert_eq!(said.code, 0, "{name}: {}{}", said.out, said.err);
        assert!(
            said.err.contains("measured: 8 of 10 lines in 1 file are run by tests (80 %), by 1 report"),
            "{name}: {}",
            said.err
        );
        shop.write(name, &format!("\u{feff}{}", text.replace('\n', "\r\n")));
        assert_eq!(shop.gate(&[name]).code, 0, "{name} as Windows writes it");
    }
    let all: Vec<&str> = ["lcov.info", "cover.out", "llvm.json"].to_vec();
    assert!(shop.gate(&all).err.contains("8 of 10 lines in 1 file are run by tests (80 %), by 3 reports"));
}

#[test]
fn a_report_that_is_cut_off_anywhere_has_not_passed() {
    let shop = Shop::new();
    let mut tried = 0;
    for (name, text) in good() {
        // What is left is whole where nothing but the end of the last line is gone.
        let whole = text.trim_end().len();
        for end in (0..whole).step_by(whole / 40 + 1).chain([whole - 1]) {
            let cut = &text[..end];
            // A profile of Go says of no end that it is one: what is left of it is a shorter profile.
            if name == "cover.out"
                && (cut.ends_with('\n') || cut.ends_with(" 3") || cut.ends_with(" 0"))
                && cut.lines().count() > 1
            {
                continue;
            }
            shop.write(name, cut);
            let said = shop.gate(&[name]);
            assert_eq!(said.code, 3, "{name} cut off at byte {end}: {}{}", said.out, said.err);
            assert!(said.out.contains(name), "{}", said.out);
            tried += 1;
        }
    }
    assert!(tried > 200, "{tried}");
}

/// What it is, what stands in the report, what is said of it.
const NOTHING: &[(&str, &str, &str)] = &[
    ("nothing", "", "it is empty"),
    ("blanks", " \n\n", "it is empty"),
    ("no report", "all tests passed\n", "expected an LCOV tracefile"),
    ("another XML", "<testsuites/>", "expected an LCOV tracefile"),
    ("another JSON", "{\"tests\": 3}", "expected an LCOV tracefile"),
    ("no lines", "TN:\nSF:src/cart.py\nend_of_record\n", "says nothing of any line"),
    ("a head alone", "mode: set\n", "says nothing of any line"),
    ("no files", "{\"meta\": {}, \"files\": {}}", "says nothing of any line"),
    ("no packages", "<coverage line-rate=\"1\"><packages/></coverage>", "says nothing of any line"),
    ("no source files", "<report name=\"x\"><package name=\"a\"/></report>", "says nothing of any line"),
    ("no data", "{\"data\": []}", "says nothing of any line"),
    (
        "another tree",
        "TN:\nSF:/srv/other/lib/x.py\nDA:1,1\nend_of_record\n",
        "1 file: /srv/other/lib/x.py that the repository does not have",
    ),
    ("a bare name", "TN:\nSF:/srv/other/cart.py\nDA:1,1\nend_of_record\n", "that the repository does not have"),
    ("another version", "TN:\nSF:src/cart.py\nDA:1,1\nDA:11,1\nend_of_record\n", "has 10 lines, and a report knows line 11"),
    (
        "sums that are none",
        "TN:\nSF:src/cart.py\nDA:1,1\nLF:2\nLH:1\nend_of_record\n",
        ":2: the record of src/cart.py has 1 lines and says that it has 2",
    ),
    ("line 0", "TN:\nSF:src/cart.py\nDA:0,1\nend_of_record\n", ":3: expected DA:LINE,HITS"),
    ("a line beyond all", "TN:\nSF:src/cart.py\nDA:4294967295,1\nend_of_record\n", ":3: expected DA:LINE,HITS"),
    ("no number", "TN:\nSF:src/cart.py\nDA:1,often\nend_of_record\n", ":3: expected DA:LINE,HITS"),
    ("garbage within", "TN:\nSF:src/cart.py\nDA:1,1\n<<<<<<< HEAD\nend_of_record\n", ":4: expected a line of an LCOV tracefile"),
    (
        "an entity",
        "<!DOCTYPE coverage [<!ENTITY a \"b\">]><coverage line-rate=\"1\"><packages><class filename=\"&a;\"/></packages></coverage>",
        "bad:1:",
    ),
    ("two roots", "<coverage line-rate=\"1\"/><coverage line-rate=\"1\"/>", "expected one <coverage>"),
    (
        "hits that are none",
        "<coverage line-rate=\"1\"><class filename=\"src/cart.py\"><line number=\"1\" hits=\"no\"/></class></coverage>",
        "expected a line and how often",
    ),
];

#[test]
fn what_measured_nothing_has_not_passed() {
    let shop = Shop::new();
    shop.write("good.info", &lcov("src/cart.py", 10, 10));
    for (what, text, said) in NOTHING {
        shop.write("bad", text);
        let alone = shop.gate(&["bad"]);
        assert_eq!(alone.code, 3, "{what}: {}{}", alone.out, alone.err);
        assert!(alone.out.contains(said), "{what}: {}", alone.out);
        assert_eq!(shop.gate(&["good.info", "bad"]).code, 3, "{what} is not made good by others");
    }
    for (what, arguments, said) in [
        ("a report that is not there", &["gone.info"][..], "gone.info: it cannot be read"),
        ("a folder", &["src"], "src: it is no plain file"),
        ("a part that is missing", &["good.info", "--parts", "2"], "expected the reports of 2 parts, got 1"),
        ("a part that is there twice", &["good.info", "good.info"], "good.info is good.info once more"),
    ] {
        let found = shop.gate(arguments);
        assert_eq!(found.code, 3, "{what}: {}", found.out);
        assert!(found.out.contains(said), "{what}: {}", found.out);
    }
    shop.write("deep", &format!("<coverage line-rate=\"1\">{}", "<a>".repeat(100)));
    let deep = shop.gate(&["deep"]);
    assert!(deep.code == 3 && deep.out.contains("64 deep"), "{}", deep.out);
    let gone = shop.gate(&["good.info", "--baseline", "gone.json"]);
    assert!(gone.code == 3 && gone.err.contains("cannot use the baseline gone.json"), "{}", gone.err);
}

#[test]
fn limits_are_the_policys() {
    let shop = Shop::new();
    shop.write("src/core/pay.py", "one\ntwo\n");
    shop.write("a.info", &[lcov("src/cart.py", 7, 10), lcov("src/core/pay.py", 1, 2)].concat());
    let said = shop.gate(&["a.info"]);
    assert_eq!(said.code, 1);
    assert!(said.out.contains("tests run 66.66 % (8 of 12 lines), the least allowed is 75 %"), "{}", said.out);
    let policy = |text: &str| shop.write("limits.ncl", &format!("{{ rules.{text} }}"));
    let judged = || shop.gate(&["a.info", "--policy", "limits.ncl"]);
    policy("coverage-below-minimum.settings.minimum = 60");
    assert_eq!(judged().code, 0, "{}", judged().out);
    policy("coverage-below-minimum.settings = { minimum = 60, paths.\"src/core/*\" = 90 }");
    let said = judged();
    assert!(
        said.code == 1 && said.out.contains("tests run 50 % (1 of 2 lines) of src/core/*, the least allowed is 90 %"),
        "{}",
        said.out
    );
    assert!(said.out.contains("limits.ncl:1:"), "{}", said.out);
    policy("coverage-below-minimum.settings = { minimum = 60, paths.\"src/cor/*\" = 90 }");
    let said = judged();
    assert!(said.code == 3 && said.out.contains("no measured file is called so"), "{}", said.out);
    policy("coverage-below-minimum.settings = { ignore = [\"src/core/*\"], minimum = 70 }");
    assert_eq!(judged().code, 0, "{}", judged().out);
    policy("coverage-below-minimum.settings = { ignore = [\"*\"] }");
    let said = judged();
    assert!(said.code == 3 && said.out.contains("nothing is measured: every file is ignored"), "{}", said.out);
    policy("coverage-below-minimum.settings.minimum = 101");
    let said = judged();
    assert!(said.code == 3 && said.out.contains("expected a share in percent"), "{}", said.out);
    policy("coverage-below-minimum.severity = 'Warning");
    assert_eq!(judged().code, 0, "{}", judged().out);
    let excuse = "exceptions.old = { rule = \"coverage-below-minimum\", where = \"coverage/total\", reason = \"old\", owner = \"a\", expires = \"2027-01-31\" }";
    shop.write("limits.ncl", &format!("{{ {excuse} }}"));
    let said = shop.gate(&["a.info", "--policy", "limits.ncl", "--now", "2026-11-22"]);
    assert!(
        said.code == 0 && said.err.contains("excused by old: coverage-below-minimum at coverage/total"),
        "{}{}",
        said.out,
        said.err
    );
    assert_eq!(shop.gate(&["a.info", "--policy", "limits.ncl", "--now", "2027-02-01"]).code, 1, "it is past its day");
}

#[test]
fn a_drop_is_held_against_the_baseline() {
    let shop = Shop::new();
    shop.write("src/more.py", CODE);
    shop.write("a.info", &[lcov("src/cart.py", 10, 10), lcov("src/more.py", 10, 10)].concat());
    let said = shop.gate(&["a.info", "--write-baseline", "known.json"]);
    assert!(said.code == 0 && said.err.contains("written to known.json"), "{}", said.err);
    let known = fs::read_to_string(shop.root().join("known.json")).expect("a baseline");
    shop.write("a.info", &[lcov("src/cart.py", 9, 10), lcov("src/more.py", 10, 10)].concat());
    let said = shop.gate(&["a.info", "--baseline", "known.json", "--write-baseline", "known.json"]);
    assert_eq!(said.code, 1);
    assert!(
        said.out.contains("tests run 95 % (19 of 20 lines), and ran 100 % (20 of 20 lines) before: more than 2 points less"),
        "{}",
        said.out
    );
    assert_eq!(fs::read_to_string(shop.root().join("known.json")).expect("a baseline"), known, "what failed is no baseline");
    shop.write("limits.ncl", "{ rules.coverage-dropped.settings.max_drop = 5 }");
    assert_eq!(shop.gate(&["a.info", "--baseline", "known.json", "--policy", "limits.ncl"]).code, 0);
    // The report of a part is missing, and the share is as before.
    shop.write("a.info", &lcov("src/cart.py", 10, 10));
    let said = shop.gate(&["a.info", "--baseline", "known.json"]);
    assert!(said.code == 3 && said.out.contains("no report knows 1 file: src/more.py, which the baseline does"), "{}", said.out);
    fs::remove_file(shop.root().join("src/more.py")).expect("it goes");
    assert_eq!(shop.gate(&["a.info", "--baseline", "known.json"]).code, 0, "the file is gone");
    for (text, why) in [
        ("", "no baseline of coverage"),
        (r#"{ "version": 1, "gate": "coverage", "files": {} }"#, "it knows of no line"),
        (r#"{ "version": 2, "gate": "coverage", "files": {} }"#, "expected version 1"),
        (r#"{ "version": 1, "gate": "coverage", "files": { "a": [3, 2] } }"#, "more lines are covered"),
    ] {
        shop.write("known.json", text);
        let said = shop.gate(&["a.info", "--baseline", "known.json"]);
        assert!(said.code == 3 && said.err.contains(why), "{}", said.err);
    }
}

#[test]
fn lines_of_a_change_are_judged_at_their_place() {
    let shop = Shop::new();
    shop.git(&["init", "-q"]);
    shop.commit();
    shop.git(&["branch", "before"]);
    shop.write("src/cart.py", &CODE.replace("five\nsix\n", "5\n6\n7\n"));
    shop.write("README", "words\n");
    shop.commit();
    let gate = |text: &str| {
        shop.write("a.info", text);
        shop.gate(&["a.info", "--diff", "before"])
    };
    let said = gate(&lcov("src/cart.py", 11, 11));
    assert!(said.code == 0 && said.err.contains("changes: 3 of 3 changed lines are run by tests"), "{}{}", said.out, said.err);
    let bare = lcov("src/cart.py", 11, 11).replace("DA:6,1", "DA:6,0").replace("DA:7,1", "DA:7,0").replace("LH:11", "LH:9");
    let said = gate(&bare);
    assert_eq!(said.code, 1, "{}", said.err);
    assert!(
        said.out.contains("tests run 33.33 % (1 of 3 lines) changed since before, the least allowed is 75 %"),
        "{}",
        said.out
    );
    assert!(said.out.contains("src/cart.py:6:1") && said.out.contains("no test runs these 2 lines"), "{}", said.out);
    shop.write("src/new.py", "one\n");
    shop.commit();
    let said = gate(&lcov("src/cart.py", 11, 11));
    assert!(said.code == 3 && said.out.contains("no report knows 1 file: src/new.py, changed since before"), "{}", said.out);
    let said = shop.gate(&["a.info", "--diff", "nowhere"]);
    assert!(said.code == 3 && said.err.contains("no revision is called \"nowhere\" here"), "{}", said.err);
}

#[test]
fn a_report_from_before_the_commit_is_of_something_else() {
    let shop = Shop::new();
    shop.git(&["init", "-q"]);
    shop.commit();
    let cobertura = |timestamp: &str| {
        let line = "<line number=\"1\" hits=\"1\"/>";
        format!(
            "<coverage line-rate=\"1\" timestamp=\"{timestamp}\"><class filename=\"src/cart.py\"><lines>{line}</lines></class></coverage>"
        )
    };
    shop.write("a.xml", &cobertura("1700000000000"));
    let said = shop.gate(&["a.xml"]);
    assert!(said.code == 3 && said.out.contains("before HEAD was committed"), "{}{}", said.out, said.err);
    shop.write("a.xml", &cobertura("4000000000"));
    assert_eq!(shop.gate(&["a.xml"]).code, 0);
}
