//! What starts a pipeline, and when its jobs and steps run.

use super::{Construct, Fate};

/// What GitHub makes of any condition on changed files.
const CHANGED: Fate = Fate::Impossible("GitHub looks at changed files only to start a workflow: filter `paths` of the event");

/// The rows.
///
/// To add one: a line here, in the order of the ids, and its case in `tests/losses/starts.rs`.
pub(super) const ROWS: &[Construct] = &[
    Construct {
        id: "activities",
        words: "a pull request's activities other than all of `opened`, `synchronize` and `reopened`",
        github: Fate::Exact,
        gitlab: Fate::Emulated("a merge request's pipeline starts whenever it is opened, reopened or pushed to"),
    },
    Construct {
        id: "activity",
        words: "an activity of a pull request that GitLab starts nothing for, such as `closed`",
        github: Fate::Exact,
        gitlab: Fate::Impossible("no such activity starts a pipeline there"),
    },
    Construct {
        id: "activity-label",
        words: "`labeled` and `unlabeled` among a pull request's activities",
        github: Fate::Exact,
        gitlab: Fate::Emulated("the label counts from the next pipeline of the merge request on: start one after labelling"),
    },
    Construct {
        id: "always",
        words: "a condition that also holds after a cancellation (`'Always`)",
        github: Fate::Exact,
        gitlab: Fate::Emulated("it holds after failures as well, but GitLab starts nothing in a pipeline that was cancelled"),
    },
    Construct {
        id: "call-after-skipped",
        words: "a call after a job of several legs, or after success or failure, that may be skipped in the run",
        github: Fate::Exact,
        gitlab: Fate::Impossible("the call would start all the same: let a job between ask, and need that alone"),
    },
    Construct {
        id: "call-foreign",
        words: "a call of a workflow that is no pipeline of the project",
        github: Fate::Exact,
        gitlab: Fate::Impossible("GitLab runs no workflow of GitHub's: call a pipeline of the project"),
    },
    Construct {
        id: "call-input-coded",
        words: "a condition on an input to which a caller hands an output, other than on a plain word",
        github: Fate::Exact,
        gitlab: Fate::Impossible("an output arrives in a code there, which only the job takes apart: ask at the steps"),
    },
    Construct {
        id: "call-input-late",
        words: "an input of a called pipeline that is more than one output, or known to a runner alone",
        github: Fate::Exact,
        gitlab: Fate::Impossible(
            "no runner stands behind a call there: hand over an output as it is, or let the called pipeline ask",
        ),
    },
    Construct {
        id: "call-output",
        words: "an output of a pipeline that is called",
        github: Fate::Exact,
        gitlab: Fate::Impossible("nothing comes back from a child pipeline: hand an artifact over instead"),
    },
    Construct {
        id: "call-secret",
        words: "a secret that is handed to a called pipeline under another name",
        github: Fate::Exact,
        gitlab: Fate::Impossible("the secrets of a called pipeline are the project's own there: use one name"),
    },
    Construct {
        id: "cancelled",
        words: "a condition that holds only after a cancellation",
        github: Fate::Exact,
        gitlab: Fate::Impossible("GitLab starts nothing in a pipeline that was cancelled"),
    },
    Construct { id: "changed", words: "a condition on changed files (`'Changed`)", github: CHANGED, gitlab: Fate::Exact },
    Construct {
        id: "changed-in-step",
        words: "a condition on changed files (`'Changed`) at a step, or beside one that only the run knows",
        github: CHANGED,
        gitlab: Fate::Impossible("GitLab looks at changed files only when it makes the pipeline: put the condition on the job"),
    },
    Construct {
        id: "changed-not",
        words: "a condition that files have not changed",
        github: CHANGED,
        gitlab: Fate::Impossible("GitLab asks whether one of some files changed, never whether none did"),
    },
    Construct {
        id: "changed-twice",
        words: "conditions on changed files that hold at once",
        github: CHANGED,
        gitlab: Fate::Impossible("a rule of GitLab's has one list of files, any of which is enough: write one list"),
    },
    Construct {
        id: "changed-unknown",
        words: "changed files of a push, or asked for where the clock, a tag or somebody starts the pipeline",
        github: Fate::Exact,
        gitlab: Fate::Emulated(
            "any file counts as changed at the first push of a branch, for a tag, by the clock and by hand: GitLab has nothing to compare with",
        ),
    },
    Construct {
        id: "condition",
        words: "a condition on what only the run knows",
        github: Fate::Exact,
        gitlab: Fate::Emulated(
            "the job starts, asks for itself, and ends well without running a step if the condition does not hold",
        ),
    },
    Construct {
        id: "condition-large",
        words: "a condition that holds in more than 256 ways",
        github: Fate::Exact,
        gitlab: Fate::Impossible("the rules and the script of a job have no room for them: ask for less at once, or in a step"),
    },
    Construct {
        id: "condition-mixed",
        words: "a condition that waits for success or for failure by what only the run knows",
        github: Fate::Exact,
        gitlab: Fate::Impossible("GitLab decides what a job waits for when it makes the pipeline: make it two jobs"),
    },
    Construct {
        id: "condition-of-call",
        words: "a condition on what only the run knows, of a job that calls a pipeline",
        github: Fate::Exact,
        gitlab: Fate::Impossible(
            "GitLab decides on it before the pipeline is made: put the condition on the jobs of the called pipeline",
        ),
    },
    Construct {
        id: "event",
        words: "an event that only GitHub has, such as `issues`",
        github: Fate::Exact,
        gitlab: Fate::Impossible("no such event starts a pipeline there"),
    },
    Construct {
        id: "event-name",
        words: "the name of the event that started the run",
        github: Fate::Exact,
        gitlab: Fate::Emulated("GitHub's word for what GitLab calls the source of its pipeline"),
    },
    Construct {
        id: "failure-before",
        words: "a job after a failure of jobs that others stand between",
        github: Fate::Exact,
        gitlab: Fate::Emulated(
            "the job starts however they end, asks each how it ended, and ends well without running a step if none has failed",
        ),
    },
    Construct {
        id: "input-required",
        words: "an input that whoever starts a pipeline by hand has to give",
        github: Fate::Exact,
        gitlab: Fate::Emulated("a variable, which is empty if nobody says anything: let the job refuse that"),
    },
    Construct {
        id: "input-type",
        words: "an input of a start by hand that is a number or the name of an environment",
        github: Fate::Exact,
        gitlab: Fate::Emulated("a variable, which holds any text: let the job look at it, or list the values as `'Choice`"),
    },
    Construct {
        id: "left-to-pull-request",
        words: "a job for pushes alone, where the push of a branch with an open pull request is left to that",
        github: Fate::Exact,
        gitlab: Fate::Impossible(
            "while a merge request is open its pipeline stands for the push: name the branches of `push`, or let a pipeline of pushes alone have the job",
        ),
    },
    Construct {
        id: "left-to-push",
        words: "a job for pull requests alone, where a pull request from a branch that pushes name is left to the push",
        github: Fate::Exact,
        gitlab: Fate::Impossible(
            "a merge request from such a branch starts nothing there: let a pipeline of pull requests alone have the job",
        ),
    },
    Construct {
        id: "manual-after",
        words: "a job that somebody starts after a failure as well",
        github: Fate::Exact,
        gitlab: Fate::Impossible("a job that waits for somebody is skipped if what it needs has failed: let it need nothing"),
    },
    Construct {
        id: "manual-start",
        words: "a start by hand",
        github: Fate::Exact,
        gitlab: Fate::Emulated(
            "a pipeline that is started by hand is told which it is by the variable PIPEWARD_PIPELINE, its inputs by variables of their own",
        ),
    },
    Construct {
        id: "path-pattern",
        words: "a pattern of files that takes away (`!`) or repeats (`+`), or with `**` in the middle of a name",
        github: Fate::Exact,
        gitlab: Fate::Impossible("GitLab has no such pattern of changed files: list the directories that count"),
    },
    Construct {
        id: "paths-ignore",
        words: "files that start nothing when only they change (`paths_ignore`)",
        github: Fate::Exact,
        gitlab: Fate::Impossible("GitLab asks whether one of some files changed: list the files that count in `paths`"),
    },
    Construct {
        id: "push-and-pull-request",
        words: "a pipeline that both pushes and pull requests start",
        github: Fate::Exact,
        gitlab: Fate::Emulated(
            "it runs once for a commit: for the branches that pushes name by the push, if they name none by the merge request while one is open",
        ),
    },
    Construct {
        id: "push-and-pull-request-files",
        words: "a pipeline that both start, where files or activities narrow one of them and neither stands for the other",
        github: Fate::Exact,
        gitlab: Fate::Emulated(
            "it may run twice for a commit of a merge request, as on GitHub: for the branch and for the merge request",
        ),
    },
    Construct {
        id: "raw",
        words: "a condition in GitHub's words alone",
        github: Fate::Exact,
        gitlab: Fate::Impossible("GitLab does not know them: write `gitlab` beside `github` in `'Raw`"),
    },
    Construct {
        id: "raw-github",
        words: "a condition in GitLab's words alone",
        github: Fate::Impossible("GitHub does not know them: write `github` beside `gitlab` in `'Raw`"),
        gitlab: Fate::Exact,
    },
    Construct {
        id: "raw-in-run",
        words: "a condition in GitLab's words at a step, or beside one that only the run knows",
        github: Fate::Exact,
        gitlab: Fate::Impossible(
            "only rules of jobs are read in that language: put the condition on the job, and nothing beside it",
        ),
    },
    Construct {
        id: "release",
        words: "a release that starts a pipeline",
        github: Fate::Exact,
        gitlab: Fate::Emulated("the pipeline of its tag runs when the tag is pushed"),
    },
    Construct {
        id: "result-cancelled",
        words: "a condition that a needed job was cancelled",
        github: Fate::Exact,
        gitlab: Fate::Emulated(
            "it never holds: a job that runs out of time has failed there, and after a cancellation nothing starts",
        ),
    },
    Construct {
        id: "result-unsaid",
        words: "how a job ended that changed files, somebody or GitLab's own words may leave out, or whose script is the author's",
        github: Fate::Exact,
        gitlab: Fate::Emulated(
            "if it says nothing, as when its runner is lost before its steps begin, it counts as skipped and not as failed",
        ),
    },
    Construct {
        id: "schedule",
        words: "a time of the clock",
        github: Fate::Exact,
        gitlab: Fate::Emulated(
            "a schedule of the project's settings, with the variable PIPEWARD_SCHEDULE, starts it: the head of the file says which",
        ),
    },
];
