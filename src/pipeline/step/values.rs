//! Every value of a step.

use super::{Kind, Step};
use crate::origin::At;
use crate::pipeline::value::Value;

impl Step {
    /// Every value in it, with the name of the field it stands in: `env.TOKEN`, `upload.name`.
    #[must_use]
    pub fn values(&self) -> Vec<(String, &At<Value>)> {
        let mut values: Vec<(String, &At<Value>)> =
            self.env.iter().map(|(name, binding)| (format!("env.{name}"), &binding.value)).collect();
        let kind: Vec<(&str, &At<Value>)> = match &self.kind.value {
            Kind::Run(run) => run.said.iter().map(|said| ("run", &**said)).collect(),
            Kind::Sarif(_) | Kind::WaitFor(_) => Vec::new(),
            // The steps of a group have their own.
            Kind::Wait(_) | Kind::WaitAll | Kind::Cancel(_) | Kind::Parallel(_) => Vec::new(),
            Kind::Uses(uses) => {
                values.extend(uses.with.iter().map(|(name, binding)| (format!("with.{name}"), &binding.value)));
                Vec::new()
            }
            Kind::Checkout(checkout) => checkout.values(),
            Kind::Upload(upload) => upload.values(),
            Kind::Download(download) => download.values(),
            Kind::Cache(cache) => cache.values(),
            Kind::Summary(summary) => vec![("summary", &summary.body)],
            Kind::Comment(comment) => vec![("comment.body", &comment.body)],
            Kind::Email(email) => email.values(),
            Kind::Slack(slack) => vec![("slack.webhook", &slack.webhook), ("slack.text", &slack.text)],
            Kind::DockerBuild(build) => build.values(),
            Kind::Coverage(coverage) => coverage.token.iter().map(|token| ("coverage.token", token)).collect(),
        };
        values.extend(kind.into_iter().map(|(name, value)| (name.to_owned(), value)));
        let words = [("name", &self.github.name), ("timeout", &self.github.timeout), ("directory", &self.github.directory)];
        values.extend(words.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value.as_deref()?))));
        values
    }
}
