//! What becomes of each construct of the model on each forge: it is said as it is, by other means, or not at all.
//!
//! A backend that cannot say something as it is tells so at the author's place by the id of the construct; the words for it, and
//! whether it is a fault, stand here alone.

mod page;

pub use page::page;

use crate::finding::{Finding, Identity, Kind, Severity};
use crate::origin::Origin;
use crate::pipeline::backends::Forge;
use crate::rule;

/// What becomes of a construct on a forge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It means there what it means here.
    Exact,
    /// It is done by other means, which are: a sentence without its full stop.
    Emulated(&'static str),
    /// It cannot be done, because: a sentence without its full stop.
    Impossible(&'static str),
}

/// Something an author can write.
#[derive(Debug, PartialEq, Eq)]
pub struct Construct {
    /// Its id, kebab-case.
    pub id: &'static str,
    /// What it is, in words that stand in a table.
    pub words: &'static str,
    /// What becomes of it on GitHub.
    pub github: Fate,
    /// What becomes of it on GitLab.
    pub gitlab: Fate,
}

/// Every construct that has a row of its own.
///
/// To add one: a line here, in the order of the ids.
pub const CONSTRUCTS: &[Construct] = &[
    Construct {
        id: "action",
        words: "a step that uses an action (`uses`)",
        github: Fate::Exact,
        gitlab: Fate::Impossible(
            "GitLab has no actions: write what stands for it in the step's `gitlab.script`, `[]` if nothing does",
        ),
    },
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
        id: "call-foreign",
        words: "a call of a workflow that is no pipeline of the project",
        github: Fate::Exact,
        gitlab: Fate::Impossible("GitLab runs no workflow of GitHub's: call a pipeline of the project"),
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
        id: "cancel-timeout",
        words: "how long a cancelled job may take to end",
        github: Fate::Exact,
        gitlab: Fate::Impossible("that is a setting of the runner"),
    },
    Construct {
        id: "cancelled",
        words: "a condition that holds only after a cancellation",
        github: Fate::Exact,
        gitlab: Fate::Impossible("GitLab starts nothing in a pipeline that was cancelled"),
    },
    Construct {
        id: "changed",
        words: "a condition on changed files (`'Changed`)",
        github: Fate::Impossible("GitHub looks at changed files only to start a workflow: filter `paths` of the event"),
        gitlab: Fate::Exact,
    },
    Construct {
        id: "changed-in-step",
        words: "a condition on changed files (`'Changed`) at a step, or beside one that only the run knows",
        github: Fate::Exact,
        gitlab: Fate::Impossible("GitLab looks at changed files only when it makes the pipeline: put the condition on the job"),
    },
    Construct {
        id: "changed-not",
        words: "a condition that files have not changed",
        github: Fate::Exact,
        gitlab: Fate::Impossible("GitLab asks whether one of some files changed, never whether none did"),
    },
    Construct {
        id: "changed-twice",
        words: "conditions on changed files that hold at once",
        github: Fate::Exact,
        gitlab: Fate::Impossible("a rule of GitLab's has one list of files, any of which is enough: write one list"),
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
        id: "concurrency-cancel",
        words: "a new run that cancels the one before",
        github: Fate::Exact,
        gitlab: Fate::Emulated(
            "a newer pipeline of the same branch or merge request ends the jobs of the one before, whatever the group",
        ),
    },
    Construct {
        id: "concurrency-later",
        words: "whether to cancel, decided while the pipeline runs",
        github: Fate::Exact,
        gitlab: Fate::Impossible("`interruptible` is written before: write true or false"),
    },
    Construct {
        id: "concurrency-of-pipeline",
        words: "pipelines that wait for each other",
        github: Fate::Exact,
        gitlab: Fate::Emulated("each job waits for the same job of an earlier pipeline (`resource_group`)"),
    },
    Construct {
        id: "concurrency-queue",
        words: "a group in which only the newest run waits",
        github: Fate::Exact,
        gitlab: Fate::Emulated("every job that waits for a `resource_group` is kept"),
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
        id: "container-certificates",
        words: "a volume for the certificates of Docker in Docker",
        github: Fate::Exact,
        gitlab: Fate::Emulated(
            "the runner brings it to every container of a job: `volumes = [\"/certs/client\"]` in its settings, as GitLab's own have it",
        ),
    },
    Construct {
        id: "container-credentials",
        words: "with what an image is fetched",
        github: Fate::Exact,
        gitlab: Fate::Emulated("the runner signs in with the variable `DOCKER_AUTH_CONFIG` of the project"),
    },
    Construct {
        id: "container-options",
        words: "options of `docker create`",
        github: Fate::Exact,
        gitlab: Fate::Impossible(
            "GitLab has words for `--user`, `--platform` and `--entrypoint`; the rest is a setting of the runner",
        ),
    },
    Construct {
        id: "container-ports",
        words: "ports of the container of a job",
        github: Fate::Exact,
        gitlab: Fate::Impossible("nothing reaches a job from outside there"),
    },
    Construct {
        id: "container-privileged",
        words: "a container with all rights (`--privileged`)",
        github: Fate::Exact,
        gitlab: Fate::Emulated("a setting of the runner: `privileged = true`, as GitLab's own have it"),
    },
    Construct {
        id: "container-volumes",
        words: "volumes of a container",
        github: Fate::Exact,
        gitlab: Fate::Impossible(
            "they are a setting of the runner: keep files in the directory of the sources, which all containers of a job share",
        ),
    },
    Construct {
        id: "coverage",
        words: "coverage for a service",
        github: Fate::Exact,
        gitlab: Fate::Emulated("GitLab shows a report in the form of Cobertura itself, and no service gets it"),
    },
    Construct {
        id: "deployment-late",
        words: "whether entering an environment counts, worked out in the run",
        github: Fate::Exact,
        gitlab: Fate::Impossible("GitLab has to know it before the pipeline is made"),
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
        id: "environment-auto-stop",
        words: "an environment that stops by itself",
        github: Fate::Impossible("nothing there stops an environment after a time"),
        gitlab: Fate::Exact,
    },
    Construct {
        id: "environment-on-stop",
        words: "the job that stops an environment",
        github: Fate::Emulated("the job starts when its own condition says so, and never because an environment is stopped"),
        gitlab: Fate::Exact,
    },
    Construct {
        id: "environment-stop",
        words: "a job that takes an environment down",
        github: Fate::Emulated("a job like any other, which does not count as a deployment"),
        gitlab: Fate::Exact,
    },
    Construct {
        id: "environment-tier",
        words: "what an environment is for",
        github: Fate::Emulated("who may deploy is decided by its name, in the settings of the repository"),
        gitlab: Fate::Exact,
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
        id: "fail-fast",
        words: "a failed leg that stops the others",
        github: Fate::Exact,
        gitlab: Fate::Emulated("the others run to their end; the job has failed all the same"),
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
        id: "gitlab-job",
        words: "a job that says what it does in GitLab's words alone",
        github: Fate::Impossible("GitHub knows none of them: write the job's steps, or let an exception leave it out there"),
        gitlab: Fate::Exact,
    },
    Construct {
        id: "hash",
        words: "a hash over files, as a value",
        github: Fate::Exact,
        gitlab: Fate::Emulated("another number than on GitHub, which changes when the files do"),
    },
    Construct {
        id: "id-token",
        words: "a token that signs in elsewhere (`id_token`)",
        github: Fate::Exact,
        gitlab: Fate::Impossible("GitLab makes one for each audience: name it in `gitlab.id_tokens` of the job"),
    },
    Construct {
        id: "manual",
        words: "a job that somebody starts",
        github: Fate::Emulated(
            "it waits for the reviewers of its environment, who stand in the settings of the repository; they are asked no question",
        ),
        gitlab: Fate::Exact,
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
        id: "manual-unguarded",
        words: "a job without an environment that somebody starts",
        github: Fate::Impossible("only an environment with reviewers holds a job there: give it one"),
        gitlab: Fate::Exact,
    },
    Construct {
        id: "matrix-late",
        words: "legs that are worked out in the run",
        github: Fate::Exact,
        gitlab: Fate::Impossible("GitLab has to know them before the pipeline is made"),
    },
    Construct {
        id: "matrix-nested",
        words: "a record or a list as the value of a leg",
        github: Fate::Exact,
        gitlab: Fate::Impossible("a value is one variable there: make its parts keys of their own"),
    },
    Construct {
        id: "max-parallel",
        words: "how many legs go on at once",
        github: Fate::Exact,
        gitlab: Fate::Impossible("as many as there are runners: limit those, or write 1"),
    },
    Construct {
        id: "max-parallel-one",
        words: "legs one after the other",
        github: Fate::Exact,
        gitlab: Fate::Emulated("a resource group of the job lets one go on at a time"),
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
        id: "permissions",
        words: "what the token of a job may do",
        github: Fate::Exact,
        gitlab: Fate::Emulated(
            "`CI_JOB_TOKEN` may do what the settings of the projects let it; what it cannot do needs a token of the project as a variable",
        ),
    },
    Construct {
        id: "push-and-pull-request",
        words: "a pipeline that both pushes and pull requests start",
        github: Fate::Exact,
        gitlab: Fate::Emulated(
            "it runs once for a commit: for the branches that pushes name by the push, for the others by the merge request",
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
        id: "release",
        words: "a release that starts a pipeline",
        github: Fate::Exact,
        gitlab: Fate::Emulated("the pipeline of its tag runs when the tag is pushed"),
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
        id: "result-cancelled",
        words: "a condition that a needed job was cancelled",
        github: Fate::Exact,
        gitlab: Fate::Emulated(
            "it never holds: a job that runs out of time has failed there, and after a cancellation nothing starts",
        ),
    },
    Construct {
        id: "retry",
        words: "another try after a failure",
        github: Fate::Impossible("no job is tried again there: let the command try again"),
        gitlab: Fate::Exact,
    },
    Construct {
        id: "runner-late",
        words: "a runner that is worked out in the run",
        github: Fate::Exact,
        gitlab: Fate::Emulated("what comes out is taken for the tag of a runner"),
    },
    Construct {
        id: "sarif",
        words: "findings of a scanner in SARIF",
        github: Fate::Exact,
        gitlab: Fate::Emulated("a report of the kind `sarif`, which not every GitLab shows"),
    },
    Construct {
        id: "schedule",
        words: "a time of the clock",
        github: Fate::Exact,
        gitlab: Fate::Emulated(
            "a schedule of the project's settings, with the variable PIPEWARD_SCHEDULE, starts it: the head of the file says which",
        ),
    },
    Construct {
        id: "script-commands",
        words: "commands for GitHub's runner in what a script prints, such as `::error::`",
        github: Fate::Exact,
        gitlab: Fate::Emulated("the script of the job shows them in its log, and hides there what is to be masked"),
    },
    Construct {
        id: "service-health",
        words: "a command that tells whether a service is ready",
        github: Fate::Exact,
        gitlab: Fate::Emulated(
            "the runner waits until something answers at the ports of the image; it cannot run a command in it",
        ),
    },
    Construct {
        id: "service-ports",
        words: "ports of a service of a job without a container",
        github: Fate::Exact,
        gitlab: Fate::Impossible(
            "a service is reached by its name there and never at `localhost`: give the job a container, in which that holds on both",
        ),
    },
    Construct {
        id: "services-late",
        words: "services that are worked out in the run",
        github: Fate::Exact,
        gitlab: Fate::Impossible("GitLab has to know them before the pipeline is made"),
    },
    Construct {
        id: "step-after-cancellation",
        words: "a step that runs `'Always`",
        github: Fate::Exact,
        gitlab: Fate::Emulated("after failures it runs, after a cancellation nothing does"),
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
        id: "timeout-late",
        words: "how long a job may take, worked out in the run",
        github: Fate::Exact,
        gitlab: Fate::Impossible("GitLab has to know it before the pipeline is made"),
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
            "all that a job keeps is one artifact, which is kept for the longest time that one of them asks for",
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
    Construct {
        id: "warn-if",
        words: "a failure that is only said under a condition",
        github: Fate::Exact,
        gitlab: Fate::Emulated("the script asks for it at its end, and ends with an exit code that GitLab lets pass"),
    },
];

/// One place where something is lost, or said by other means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loss {
    /// What.
    pub construct: &'static Construct,
    /// On which forge.
    pub forge: Forge,
    /// Whose.
    pub identity: Identity,
    /// Where it is written.
    pub origin: Origin,
}

/// The rule that says what a forge cannot do.
const RULE: &str = "not-portable";

impl Construct {
    /// What becomes of it on a forge.
    #[must_use]
    pub const fn on(&self, forge: Forge) -> Fate {
        match forge {
            Forge::GitHub => self.github,
            Forge::GitLab => self.gitlab,
        }
    }
}

impl Loss {
    /// The loss of a construct at a place, by the id of its row; none if `said` holds it already.
    ///
    /// # Panics
    ///
    /// If no construct has that id: a backend only names those of [`CONSTRUCTS`].
    #[must_use]
    pub fn of(id: &str, forge: Forge, identity: &Identity, origin: Origin, said: &[Self]) -> Option<Self> {
        let construct = find(id).expect("a construct has a row");
        let loss = Self { construct, forge, identity: identity.clone(), origin };
        (!said.contains(&loss)).then_some(loss)
    }

    /// What becomes of it there.
    #[must_use]
    pub const fn fate(&self) -> Fate {
        self.construct.on(self.forge)
    }

    /// What is said of it if it cannot be done there.
    #[must_use]
    pub fn finding(&self) -> Option<Finding> {
        let Fate::Impossible(why) = self.fate() else { return None };
        Some(Finding {
            rule: RULE.to_owned(),
            severity: Severity::Error,
            kind: Kind::Judged,
            identity: self.identity.clone(),
            summary: rule::find(RULE).map_or("", |rule| rule.summary).to_owned(),
            message: format!("{} cannot do this: {}", self.forge.title(), self.construct.words),
            origin: Some(self.origin),
            related: Vec::new(),
            help: vec![why.to_owned()],
            diff: None,
            key: format!("{}/{}", self.forge.name(), self.construct.id),
        })
    }
}

/// The construct of that id.
#[must_use]
pub fn find(id: &str) -> Option<&'static Construct> {
    CONSTRUCTS.iter().find(|construct| construct.id == id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constructs_are_told_apart_and_explained_in_fragments() {
        for pair in CONSTRUCTS.windows(2) {
            assert!(pair[0].id < pair[1].id, "{} comes before {}", pair[1].id, pair[0].id);
        }
        for construct in CONSTRUCTS {
            assert!(construct.id.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'), "{}", construct.id);
            let lost = Forge::ALL.iter().filter_map(|forge| match construct.on(*forge) {
                Fate::Exact => None,
                Fate::Emulated(how) | Fate::Impossible(how) => Some(how),
            });
            for words in lost.chain([construct.words]) {
                assert!(!words.is_empty() && !words.ends_with('.') && !words.contains(['\n', '|']), "{}: {words}", construct.id);
            }
        }
    }
}
