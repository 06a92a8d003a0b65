//! What stands around the steps of a job: where it runs, beside what, how often, and what it may do.

use super::{Construct, Fate};

/// The rows.
///
/// To add one: a line here, in the order of the ids, and its case in `tests/losses/jobs.rs`.
pub(super) const ROWS: &[Construct] = &[
    Construct {
        id: "cancel-timeout",
        words: "how long a cancelled job may take to end",
        github: Fate::Exact,
        gitlab: Fate::Impossible("that is a setting of the runner"),
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
        id: "concurrency-name",
        words: "the full reference of the run, or the name of its event, in the name of a group",
        github: Fate::Exact,
        gitlab: Fate::Emulated("GitLab's own words for them, which tell as many runs apart"),
    },
    Construct {
        id: "concurrency-of-pipeline",
        words: "pipelines that wait for each other",
        github: Fate::Exact,
        gitlab: Fate::Emulated("each job waits for the same job of an earlier pipeline (`resource_group`)"),
    },
    Construct {
        id: "concurrency-of-ref",
        words: "a group of each branch (`'PerRef`, or its name in that of the group)",
        github: Fate::Exact,
        gitlab: Fate::Emulated(
            "a `resource_group` with the name of the branch, if that holds but letters, digits, spaces and `-_/.{}$`: jobs of any other branch wait for nothing",
        ),
    },
    Construct {
        id: "concurrency-queue",
        words: "a group in which only the newest run waits",
        github: Fate::Exact,
        gitlab: Fate::Emulated("every job that waits for a `resource_group` is kept"),
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
        id: "container-shell",
        words: "a container or services of a job on a runner that runs jobs in its own shell (`executor = 'Shell`)",
        github: Fate::Exact,
        gitlab: Fate::Impossible("no container is started there: run the job on another runner, or leave them out"),
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
        id: "deployment-late",
        words: "whether entering an environment counts, worked out in the run",
        github: Fate::Exact,
        gitlab: Fate::Impossible("GitLab has to know it before the pipeline is made"),
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
        id: "environment-skipped",
        words: "an environment of a job that only the run can tell whether it has anything to do",
        github: Fate::Exact,
        gitlab: Fate::Emulated(
            "the job starts, and ends well before its steps if it has not: GitLab takes that for a deployment, or for the end of the environment",
        ),
    },
    Construct {
        id: "environment-stop",
        words: "a job that takes an environment down",
        github: Fate::Emulated("a job like any other, which does not count as a deployment"),
        gitlab: Fate::Exact,
    },
    Construct {
        id: "environment-stop-files",
        words: "files, outputs or results of other jobs in a job that takes an environment down",
        github: Fate::Exact,
        gitlab: Fate::Emulated(
            "they have to be there when the environment is stopped, however late: after the time for which they are kept the job fails before it starts",
        ),
    },
    Construct {
        id: "environment-tier",
        words: "what an environment is for",
        github: Fate::Emulated("who may deploy is decided by its name, in the settings of the repository"),
        gitlab: Fate::Exact,
    },
    Construct {
        id: "fail-fast",
        words: "a failed leg that stops the others",
        github: Fate::Exact,
        gitlab: Fate::Emulated("the others run to their end; the job has failed all the same"),
    },
    Construct {
        id: "gitlab-job",
        words: "a job that says what it does in GitLab's words alone",
        github: Fate::Impossible("GitHub knows none of them: write the job's steps, or let an exception leave it out there"),
        gitlab: Fate::Exact,
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
        id: "output",
        words: "an output of a job",
        github: Fate::Exact,
        gitlab: Fate::Emulated(
            "it comes by a file of the job, of 5 KB at most and 20 lines where nobody raised that limit; what is more than a plain word takes a third more",
        ),
    },
    Construct {
        id: "output-files",
        words: "an output or a result of a job that keeps files",
        github: Fate::Exact,
        gitlab: Fate::Emulated("the files come along, and lie where they were made"),
    },
    Construct {
        id: "outputs-many",
        words: "more than 50 variables that a job hands on, its result among them",
        github: Fate::Exact,
        gitlab: Fate::Impossible("GitLab.com takes 50, and fewer elsewhere: hand on a file"),
    },
    Construct {
        id: "own-commands",
        words: "outputs, values and conditions that only the run knows, of a job whose commands are GitLab's own words",
        github: Fate::Exact,
        gitlab: Fate::Impossible("they are the work of the script that runs steps: write the commands as steps"),
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
        id: "secret",
        words: "a secret that one step or job is given",
        github: Fate::Exact,
        gitlab: Fate::Emulated(
            "it is a variable of the project, which every job and every step of it has: protect it, or let it hold in one environment alone",
        ),
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
        id: "timeout-late",
        words: "how long a job may take, worked out in the run",
        github: Fate::Exact,
        gitlab: Fate::Impossible("GitLab has to know it before the pipeline is made"),
    },
    Construct {
        id: "warn-if",
        words: "a failure that is only said under a condition",
        github: Fate::Exact,
        gitlab: Fate::Emulated("the script asks for it at its end, and ends with an exit code that GitLab lets pass"),
    },
];
