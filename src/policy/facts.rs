//! Two versions of a project held against each other: the facts that rules judge by, and that nobody but the project tells.

use super::Weakened;
use crate::finding::Identity;
use crate::origin::{At, Origin};
use crate::pipeline::Project;
use crate::pipeline::project::{Runner, Visibility};
use crate::pipeline::version;

impl Weakened {
    /// Holds the facts of a project against what they were. What a fact can only loosen is certain; of the rest nobody knows.
    pub fn facts(&mut self, was: &Project, is: &Project) {
        let identity = |name: &str| Identity::of("project").part(name);
        if (was.visibility.value, is.visibility.value) == (Visibility::Public, Visibility::Private) {
            let message = "the repository is said to be private, and was public: less is asked of a private one";
            self.certain(identity("visibility"), is.visibility.origin, Some(was.visibility.origin), message);
        }
        if was.default_branch.value != is.default_branch.value {
            let message = format!("the default branch is {}, and was {}", is.default_branch.value, was.default_branch.value);
            self.unclear(identity("default_branch"), is.default_branch.origin, written(&was.default_branch, was), message);
        }
        if let Some(old) = &was.pipeward {
            match &is.pipeward {
                None => {
                    let message = format!("no least version of pipeward is asked for any more, and {} was", old.value);
                    self.certain(identity("pipeward"), is.origin, Some(old.origin), message);
                }
                Some(new) if version::is_newer(&old.value, &new.value) => {
                    let message = format!("pipeward {} may judge the project, and the least was {}", new.value, old.value);
                    self.certain(identity("pipeward"), new.origin, Some(old.origin), message);
                }
                Some(_) => {}
            }
        }
        for (name, runner) in &is.runners {
            self.runner(&identity("runners").part(name), was.runners.get(name), runner, was);
        }
    }

    /// A runner as it was, if it was, and as it is.
    fn runner(&mut self, identity: &Identity, old: Option<&Runner>, new: &Runner, was: &Project) {
        // The machines that were one's own are so under another name, too.
        let own = was.runners.values().find(|old| !old.hosted.value && same_machines(old, new));
        if let Some(own) = own.filter(|_| new.hosted.value) {
            let message = "the runner is said to be hosted, and was not: what a pull request may run on is judged by that";
            return self.certain(identity.part("hosted"), new.hosted.origin, Some(own.hosted.origin), message);
        }
        let Some(old) = old else {
            if new.hosted.value && !was.runners.values().any(|old| same_machines(old, new)) {
                let message = "a runner is added and said to be hosted: rules take the project's word for that";
                self.unclear(identity.clone(), new.hosted.origin, None, message);
            }
            return;
        };
        if new.hosted.value && !old.hosted.value {
            let message = "the runner is said to be hosted, and was not: what a pull request may run on is judged by that";
            self.certain(identity.part("hosted"), new.hosted.origin, Some(old.hosted.origin), message);
        } else if !same_machines(old, new) {
            let message = "the labels or the group of the runner have changed, and with them the machines it stands for";
            self.unclear(identity.part("labels"), place(new), Some(place(old)), message);
        }
    }
}

/// Whether two runners are chosen by the same group and labels.
fn same_machines(one: &Runner, other: &Runner) -> bool {
    let group = |runner: &Runner| runner.group.as_ref().map(|group| group.value.clone());
    let labels = |runner: &Runner| {
        let mut labels: Vec<String> = runner.labels.iter().map(|label| label.value.to_lowercase()).collect();
        labels.sort();
        labels
    };
    group(one) == group(other) && labels(one) == labels(other)
}

/// Where a runner says what it is chosen by.
fn place(runner: &Runner) -> Origin {
    runner.labels.first().or(runner.group.as_ref()).map_or(runner.key, |text| text.origin)
}

/// Where a fact is written; what nobody wrote is nowhere to be seen.
fn written(fact: &At<String>, project: &Project) -> Option<Origin> {
    (fact.origin != project.origin).then_some(fact.origin)
}
