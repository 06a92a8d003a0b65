//! The data of one step: `kind` names what it does, and the field of that name holds it.

use super::words::{bindings, condition, flag, list, minutes, number, record, text, texts, tree, value};
use crate::origin::{At, Origin};
use crate::pipeline::Step;
use crate::pipeline::step::{Awaited, Cache, Checkout, DockerBuild, Download, Email, Kind, Missing, Upload};
use crate::source::Node;

type Fields = Vec<(&'static str, Node)>;

pub(super) fn of(step: &Step) -> Node {
    let mut fields: Fields = Vec::new();
    fields.extend(step.id.as_ref().map(|id| ("id", text(id, id.origin))));
    let name = step.name.as_ref().map_or_else(|| text(&step.identity, step.origin), |name| text(name, name.origin));
    fields.push(("name", name));
    fields.push(("when", condition(step.when.as_ref(), step.origin)));
    fields.extend(step.timeout.as_ref().map(|timeout| ("timeout", minutes(timeout))));
    fields.extend(step.impact.as_ref().map(|impact| ("impact", text(impact.value.word(), impact.origin))));
    fields.extend(step.warn_if.as_ref().map(|when| ("warn_if", condition(Some(when), when.origin))));
    fields.extend(step.background.map(|background| ("background", flag(background))));
    fields.push(("env", bindings(&step.env, step.origin)));
    let origin = step.kind.origin;
    let (kind, data) = kind(step, origin, &mut fields);
    fields.push(("kind", text(kind, origin)));
    fields.push((kind, data));
    let words = [("name", &step.github.name), ("timeout", &step.github.timeout), ("directory", &step.github.directory)];
    let words: Fields = words.into_iter().filter_map(|(name, written)| Some((name, value(written.as_ref()?)))).collect();
    if !words.is_empty() {
        fields.push(("github", record(words, step.origin)));
    }
    if let Some(script) = &step.gitlab {
        fields.push(("gitlab", record(vec![("script", tree(script))], script.origin)));
    }
    record(fields, step.origin)
}

fn kind(step: &Step, origin: Origin, fields: &mut Fields) -> (&'static str, Node) {
    match &step.kind.value {
        Kind::Run(run) => {
            fields.extend(run.shell.as_ref().map(|shell| ("shell", text(shell, shell.origin))));
            fields.extend(step.toolchain.as_ref().map(|toolchain| ("toolchain", super::job::toolchain(toolchain))));
            fields.extend(run.directory.as_ref().map(|directory| ("directory", text(directory, directory.origin))));
            ("run", text(&run.script, run.script.origin))
        }
        Kind::Uses(uses) => {
            fields.push(("with", bindings(&uses.with, origin)));
            ("uses", text(&uses.action, uses.action.origin))
        }
        Kind::Checkout(checkout) => ("checkout", record(checkout_fields(checkout), origin)),
        Kind::Upload(upload) => ("upload", record(upload_fields(upload, origin), origin)),
        Kind::Download(download) => ("download", record(download_fields(download), origin)),
        Kind::Cache(cache) => ("cache", record(cache_fields(cache, origin), origin)),
        Kind::WaitFor(wait) => {
            let (name, what) = match &wait.awaited.value {
                Awaited::Service(service) => ("service", service),
                Awaited::Url(url) => ("url", url),
            };
            ("wait_for", record(vec![(name, text(what, wait.awaited.origin)), ("within", minutes(&wait.within))], origin))
        }
        Kind::Summary(summary) => ("summary", value(&summary.body)),
        Kind::Comment(comment) => {
            let mut parts = vec![("body", value(&comment.body))];
            parts.extend(comment.topic.as_ref().map(|topic| ("topic", text(topic, topic.origin))));
            ("comment", record(parts, origin))
        }
        Kind::Email(email) => ("email", record(email_fields(email), origin)),
        Kind::Slack(slack) => ("slack", record(vec![("webhook", value(&slack.webhook)), ("text", value(&slack.text))], origin)),
        Kind::DockerBuild(build) => ("docker_build", record(build_fields(build, origin), origin)),
        Kind::Sarif(sarif) => {
            let mut parts = vec![("file", text(&sarif.file, sarif.file.origin))];
            parts.extend(sarif.category.as_ref().map(|category| ("category", text(category, category.origin))));
            ("sarif", record(parts, origin))
        }
        Kind::Coverage(coverage) => {
            let mut parts = vec![("file", text(&coverage.file, coverage.file.origin))];
            parts.push(("service", text(coverage.service.value.word(), coverage.service.origin)));
            parts.extend(coverage.token.as_ref().map(|token| ("token", value(token))));
            parts.extend(coverage.must_succeed.map(|must| ("must_succeed", flag(must))));
            ("coverage", record(parts, origin))
        }
        Kind::Wait(ids) => ("wait", texts(ids, origin)),
        Kind::WaitAll => ("wait_all", flag(At::new(true, origin))),
        Kind::Cancel(id) => ("cancel", text(id, id.origin)),
        Kind::Parallel(steps) => ("parallel", list(steps.iter().map(of), origin)),
    }
}

fn optional_text(name: &'static str, found: Option<&At<String>>) -> Option<(&'static str, Node)> {
    found.map(|found| (name, text(found, found.origin)))
}

fn optional_value(name: &'static str, found: Option<&At<crate::pipeline::Value>>) -> Option<(&'static str, Node)> {
    found.map(|found| (name, value(found)))
}

fn checkout_fields(checkout: &Checkout) -> Fields {
    let mut fields: Fields = Vec::new();
    fields.extend(checkout.depth.map(|depth| ("depth", number(f64::from(depth.value), depth.origin))));
    fields.extend(optional_value("revision", checkout.revision.as_ref()));
    fields.extend(optional_value("repository", checkout.repository.as_ref()));
    fields.extend(optional_text("path", checkout.path.as_ref()));
    fields.extend(checkout.submodules.map(|submodules| ("submodules", flag(submodules))));
    fields.extend(checkout.lfs.map(|lfs| ("lfs", flag(lfs))));
    fields
}

fn upload_fields(upload: &Upload, origin: Origin) -> Fields {
    let mut fields = vec![("name", value(&upload.name)), ("paths", texts(&upload.paths, origin))];
    fields.extend(upload.retention.map(|retention| ("retention", number(f64::from(retention.days), retention.origin))));
    let missing = upload.missing.unwrap_or_else(|| At::new(Missing::Fail, origin));
    fields.push(("missing", text(missing.value.word(), missing.origin)));
    fields.extend(optional_text("class", upload.class.as_ref()));
    fields.extend(upload.report.map(|report| ("report", text(report.value.word(), report.origin))));
    fields
}

fn download_fields(download: &Download) -> Fields {
    let mut fields: Fields = Vec::new();
    fields.extend(optional_value("name", download.name.as_ref()));
    fields.extend(optional_text("pattern", download.pattern.as_ref()));
    fields.extend(optional_text("path", download.path.as_ref()));
    fields.extend(download.merge.map(|merge| ("merge", flag(merge))));
    fields
}

fn cache_fields(cache: &Cache, origin: Origin) -> Fields {
    let mut fields = vec![("key", value(&cache.key)), ("paths", texts(&cache.paths, origin))];
    fields.push(("restore", list(cache.restore.iter().map(value), origin)));
    fields
}

fn email_fields(email: &Email) -> Fields {
    vec![
        ("server", value(&email.server)),
        ("user", value(&email.user)),
        ("password", value(&email.password)),
        ("from", value(&email.from)),
        ("to", value(&email.to)),
        ("subject", value(&email.subject)),
        ("body", value(&email.body)),
    ]
}

fn build_fields(build: &DockerBuild, origin: Origin) -> Fields {
    let mut fields: Fields = Vec::new();
    fields.extend(optional_value("context", build.context.as_ref()));
    fields.extend(optional_value("file", build.file.as_ref()));
    fields.extend(optional_value("target", build.target.as_ref()));
    fields.push(("tags", list(build.tags.iter().map(value), origin)));
    fields.push(("labels", list(build.labels.iter().map(value), origin)));
    fields.push(("arguments", bindings(&build.arguments, origin)));
    fields.push(("platforms", texts(&build.platforms, origin)));
    fields.push(("push", flag(build.push.unwrap_or_else(|| At::new(false, origin)))));
    fields.push(("cache", flag(build.cache.unwrap_or_else(|| At::new(false, origin)))));
    if let Some(login) = &build.login {
        let parts = vec![
            ("registry", text(&login.registry, login.registry.origin)),
            ("user", value(&login.user)),
            ("password", value(&login.password)),
        ];
        fields.push(("login", record(parts, login.origin)));
    }
    fields
}
