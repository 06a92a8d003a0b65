//! Every value of a job, with the name of the field it stands in.

use super::Job;
use crate::origin::At;
use crate::pipeline::condition::Condition;
use crate::pipeline::{Step, Value};

/// A value, the name of its field, and the step it is in.
type Held<'a> = (Option<&'a Step>, String, &'a At<Value>);

impl Job {
    /// Every value of the job itself and of its steps, each with the name of its field and the step it is in.
    #[must_use]
    pub fn values(&self) -> Vec<Held<'_>> {
        let mut values: Vec<Held<'_>> = Vec::new();
        let mut here = |field: String, value| values.push((None, field, value));
        for (name, binding) in &self.env {
            here(format!("env.{name}"), &binding.value);
        }
        for (name, binding) in &self.outputs {
            here(format!("outputs.{name}"), &binding.value);
        }
        for (name, value) in self.environment.iter().flat_map(|environment| environment.values()) {
            here(format!("environment.{name}"), value);
        }
        for (name, value) in self.concurrency.iter().flat_map(|concurrency| concurrency.values()) {
            here(format!("concurrency.{name}"), value);
        }
        for (name, value) in self.defaults.iter().flat_map(|defaults| defaults.values()) {
            here(format!("defaults.{name}"), value);
        }
        self.images(&mut here);
        self.legs(&mut here);
        self.words(&mut here);
        if let Some(call) = self.call() {
            for (name, binding) in &call.with {
                here(format!("with.{name}"), &binding.value);
            }
            for (name, binding) in &call.secrets {
                here(format!("secrets.{name}"), &binding.value);
            }
        }
        for step in self.all_steps() {
            values.extend(step.values().into_iter().map(|(name, value)| (Some(step), name, value)));
        }
        values
    }

    /// Every condition of the job itself, with the name of its field.
    pub fn conditions(&self) -> impl Iterator<Item = (&'static str, &At<Condition>)> {
        let snapshot = self.github.snapshot.as_ref().and_then(|snapshot| snapshot.when.as_ref());
        [("when", self.when.as_ref()), ("warn_if", self.warn_if.as_ref()), ("snapshot.if", snapshot)]
            .into_iter()
            .filter_map(|(name, condition)| Some((name, condition?)))
    }

    fn images<'a>(&'a self, here: &mut impl FnMut(String, &'a At<Value>)) {
        for (name, container) in self.containers() {
            for (field, value) in container.values() {
                here(format!("{name}.{field}"), value);
            }
        }
    }

    fn legs<'a>(&'a self, here: &mut impl FnMut(String, &'a At<Value>)) {
        for value in self.runner.iter().flat_map(|runner| runner.values()) {
            here("runner".to_owned(), value);
        }
        for (name, value) in self.matrix.iter().flat_map(|matrix| matrix.values()) {
            here(name, value);
        }
        if let Some(value) = self.fail_fast.as_ref().and_then(|given| given.later()) {
            here("fail_fast".to_owned(), value);
        }
        if let Some(value) = self.max_parallel.as_ref().and_then(|given| given.later()) {
            here("max_parallel".to_owned(), value);
        }
    }

    fn words<'a>(&'a self, here: &mut impl FnMut(String, &'a At<Value>)) {
        let words = &self.github;
        for (name, value) in words.lone() {
            here(name.to_owned(), value);
        }
        if let Some(value) = words.cancel_timeout.as_ref().and_then(|given| given.later()) {
            here("cancel_timeout".to_owned(), value);
        }
    }
}
