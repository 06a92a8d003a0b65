//! What steps do, and the values they are given.

use super::{Construct, Fate};

/// The rows.
///
/// To add one: a line here, in the order of the ids, and its case in `tests/losses/steps.rs`.
pub(super) const ROWS: &[Construct] = &[
    Construct {
        id: "action",
        words: "a step that uses an action (`uses`)",
        github: Fate::Exact,
        gitlab: Fate::Impossible(
            "GitLab has no actions: write what stands for it in the step's `gitlab.script`, `[]` if nothing does",
        ),
    },
    Construct {
        id: "background",
        words: "steps that run beside others (`background`, `parallel`, `wait`, `cancel`)",
        github: Fate::Exact,
        gitlab: Fate::Emulated("processes of the shell of the job, whose log is shown when they are waited for"),
    },
    Construct {
        id: "cache",
        words: "files reused between runs",
        github: Fate::Exact,
        gitlab: Fate::Emulated(
            "the cache of the runner, which may be gone at any time; each run keeps the files anew under its key",
        ),
    },
    Construct {
        id: "cache-condition",
        words: "a condition on reusing files",
        github: Fate::Exact,
        gitlab: Fate::Emulated("they are fetched and kept with every run of the job, whether the condition holds or not"),
    },
    Construct {
        id: "cache-files",
        words: "a key of a cache made of more than 2 globs",
        github: Fate::Exact,
        gitlab: Fate::Impossible("GitLab makes a key of 2 globs at most: name the files that decide"),
    },
    Construct {
        id: "cache-hash",
        words: "a key of a cache made of what is in files",
        github: Fate::Exact,
        gitlab: Fate::Emulated("a key of the commits that last changed the files"),
    },
    Construct {
        id: "cache-home",
        words: "reused files below the home directory",
        github: Fate::Exact,
        gitlab: Fate::Emulated("they are kept in the directory of the sources, and the script links them to their place"),
    },
    Construct {
        id: "cache-many",
        words: "more caches of a job than 4",
        github: Fate::Exact,
        gitlab: Fate::Impossible("GitLab takes 4, and each beginning of a key that is fallen back on counts as one"),
    },
    Construct {
        id: "cache-outside",
        words: "reused files outside the sources and the home directory",
        github: Fate::Exact,
        gitlab: Fate::Impossible("GitLab keeps files of the directory of the sources alone: let the tool put them there"),
    },
    Construct {
        id: "cache-restore",
        words: "a beginning of a key to fall back on",
        github: Fate::Exact,
        gitlab: Fate::Emulated("the files are kept a second time, under the beginning as their whole key"),
    },
    Construct {
        id: "checkout-condition",
        words: "a condition on fetching the sources",
        github: Fate::Exact,
        gitlab: Fate::Emulated("the runner fetches them before it knows: they are there whether the condition holds or not"),
    },
    Construct {
        id: "checkout-other",
        words: "another repository, revision or path to fetch the sources from or to",
        github: Fate::Exact,
        gitlab: Fate::Emulated("a script fetches them by git, from a project of the same GitLab, with the token of the job"),
    },
    Construct {
        id: "comment",
        words: "a comment on the pull request",
        github: Fate::Exact,
        gitlab: Fate::Emulated(
            "a note of the merge request, written with the secret `GITLAB_TOKEN` of the project, since the token of a job cannot",
        ),
    },
    Construct {
        id: "coverage",
        words: "coverage for a service",
        github: Fate::Exact,
        gitlab: Fate::Emulated("GitLab shows a report in the form of Cobertura itself, and no service gets it"),
    },
    Construct {
        id: "docker-build",
        words: "building an image",
        github: Fate::Exact,
        gitlab: Fate::Emulated(
            "by the command line of Docker, which the image of the job has to bring; layers are kept in the registry",
        ),
    },
    Construct {
        id: "dollar",
        words: "a `$` before a name where GitLab puts variables in",
        github: Fate::Exact,
        gitlab: Fate::Impossible("it takes it for a variable, and has no way to write another `$` there"),
    },
    Construct {
        id: "download",
        words: "files of an earlier job",
        github: Fate::Exact,
        gitlab: Fate::Emulated("`needs` brings them to where they were made, and a script copies them to where they are wanted"),
    },
    Construct {
        id: "download-legs",
        words: "artifacts of several legs, each in a directory of its own",
        github: Fate::Exact,
        gitlab: Fate::Emulated("they come into one directory, so files of the same name cover each other"),
    },
    Construct {
        id: "download-unknown",
        words: "an artifact that no job before this one keeps",
        github: Fate::Exact,
        gitlab: Fate::Impossible("GitLab brings only what the jobs keep that a job needs"),
    },
    Construct {
        id: "github-variable",
        words: "a variable of GitHub's own in a script, such as `$GITHUB_SHA` or `$RUNNER_TEMP`",
        github: Fate::Exact,
        gitlab: Fate::Impossible(
            "no such variable is there: bind the value under `env` (`COMMIT = 'Commit`) and read that; a directory for files of no use later is what `mktemp -d` makes",
        ),
    },
    Construct {
        id: "hash",
        words: "a hash over files, as a value",
        github: Fate::Exact,
        gitlab: Fate::Emulated("another number than on GitHub, which changes when the files do"),
    },
    Construct {
        id: "raw-value",
        words: "a value in GitHub's own words",
        github: Fate::Exact,
        gitlab: Fate::Impossible("only GitHub works out what stands between `${{` and `}}`"),
    },
    Construct {
        id: "ref",
        words: "the full reference of the run",
        github: Fate::Exact,
        gitlab: Fate::Emulated("of a merge request it is `refs/merge-requests/…/head`"),
    },
    Construct {
        id: "report",
        words: "what kept files are to whoever looks at the run",
        github: Fate::Emulated("they are kept like other files, and nothing of them is shown"),
        gitlab: Fate::Exact,
    },
    Construct {
        id: "report-files",
        words: "several files of one report",
        github: Fate::Exact,
        gitlab: Fate::Impossible("GitLab reads one of this kind: merge them first"),
    },
    Construct {
        id: "sarif",
        words: "findings of a scanner in SARIF",
        github: Fate::Exact,
        gitlab: Fate::Emulated("a report of the kind `sarif`, which not every GitLab shows"),
    },
    Construct {
        id: "script-commands",
        words: "commands for GitHub's runner in what a script prints, such as `::error::`",
        github: Fate::Exact,
        gitlab: Fate::Emulated("the script of the job shows them in its log, and hides there what is to be masked"),
    },
    Construct {
        id: "step-after-cancellation",
        words: "a step that runs `'Always`",
        github: Fate::Exact,
        gitlab: Fate::Emulated(
            "after failures it runs; after a cancellation or at the end of the job's time nothing does, and what it was to keep may be lost",
        ),
    },
    Construct {
        id: "step-timeout",
        words: "how long a step may take",
        github: Fate::Exact,
        gitlab: Fate::Emulated("by the program `timeout`, which the image of the job has to have"),
    },
    Construct {
        id: "step-timeout-later",
        words: "how long a step may take, worked out in the run",
        github: Fate::Exact,
        gitlab: Fate::Impossible("a script cannot reckon with what it does not know to be a number"),
    },
    Construct {
        id: "summary",
        words: "a summary on the page of the run",
        github: Fate::Exact,
        gitlab: Fate::Emulated("it is printed in the log and kept as an artifact of the job"),
    },
    Construct {
        id: "token",
        words: "the token of the job",
        github: Fate::Exact,
        gitlab: Fate::Emulated("`CI_JOB_TOKEN`, whose rights are settings of the projects and not of the pipeline"),
    },
    Construct {
        id: "upload",
        words: "files that are kept",
        github: Fate::Exact,
        gitlab: Fate::Emulated(
            "all that a job keeps is one artifact, as it lies there at the end of the job, for the longest time that one of them asks for",
        ),
    },
    Construct {
        id: "upload-condition",
        words: "a condition on keeping files",
        github: Fate::Exact,
        gitlab: Fate::Emulated(
            "the script looks for them under it; GitLab keeps what lies there at the end of the job, whether it held or not",
        ),
    },
    Construct {
        id: "upload-exclude",
        words: "left out files before others, or in one of several uploads of a job",
        github: Fate::Exact,
        gitlab: Fate::Impossible(
            "what GitLab leaves out, it leaves out of all that the job keeps: put what begins with `!` at the end of its only upload",
        ),
    },
    Construct {
        id: "upload-outside",
        words: "kept files outside the sources",
        github: Fate::Exact,
        gitlab: Fate::Impossible("GitLab keeps files of the directory of the sources alone: copy them there first"),
    },
    Construct {
        id: "value-late",
        words: "a value that only the run knows, where the forge needs it before",
        github: Fate::Exact,
        gitlab: Fate::Impossible("GitLab puts the text together before the job starts"),
    },
];
