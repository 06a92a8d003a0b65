//! The variables that stand for what the model tells apart: no two things become one of them, and none is the author's.

use std::collections::HashMap;

use super::lowering::Lowering;
use super::value;
use crate::origin::Origin;
use crate::pipeline::gitlab::predefined;
use crate::pipeline::{Job, Reference};

/// What each variable of ours stands for, those of steps in each job.
#[derive(Debug, Default)]
pub(super) struct Names {
    taken: HashMap<(String, String), Reference>,
}

impl Lowering<'_> {
    /// Takes the variable of a reference for it, or says who has it.
    pub(super) fn claim(&mut self, reference: &Reference, origin: Origin) {
        let job = match reference {
            Reference::Step(..) => self.job.map_or_else(String::new, |job| job.id.clone()),
            Reference::Output(..) | Reference::Result(_) | Reference::Input(_) | Reference::Matrix(_) => String::new(),
            _ => return,
        };
        let name = value::variable(self, reference);
        let holder = self.holder(&name);
        let other = self.names.taken.entry((job, name.clone())).or_insert_with(|| reference.clone());
        let holder = if other == reference { holder } else { other.written() };
        let (Some(holder), Some(written)) = (holder, reference.written()) else { return };
        let message = format!("{written} is the variable `{name}` on GitLab, and so is {holder}");
        let help = if predefined::is_taken(&name) { "give it another name" } else { "give one of the two another name" };
        self.refuse("env-name-taken", origin, message, help.to_owned(), &name);
    }

    /// What of the author's or of GitLab's has that name already.
    fn holder(&self, name: &str) -> Option<String> {
        if predefined::is_taken(name) {
            return Some("a variable that GitLab or its runner has already".to_owned());
        }
        let jobs = self.pipeline.jobs.values();
        let bound = self.pipeline.env.contains_key(name)
            || jobs.clone().any(|job| job.env.contains_key(name))
            || jobs.flat_map(Job::all_steps).any(|step| step.env.contains_key(name));
        if bound {
            return Some("one of the pipeline's environment".to_owned());
        }
        if self.project.secrets.contains_key(name) {
            return Some(format!("the secret `{name}`"));
        }
        self.project.variables.contains_key(name).then(|| format!("the variable `{name}` of the project"))
    }
}
