//! Writes what a bot keeps up to date as `.github/dependabot.yml`.

use super::{Backend, Output, Rendered, header, schema};
use crate::finding::Identity;
use crate::origin::{At, Origin};
use crate::pipeline::Project;
use crate::pipeline::update::Update;
use crate::yaml::{self, Map};

/// The backend of Dependabot.
pub const BACKEND: Backend = Backend {
    id: "dependabot",
    summary: "what Dependabot keeps up to date",
    owned: &[PATH],
    render: |project, _| render(project),
};

const PATH: &str = ".github/dependabot.yml";

fn render(project: &Project) -> Output {
    let mut output = Output::default();
    if !project.backends.dependabot || project.updates.is_empty() {
        return output;
    }
    let mut document = Map::new();
    document.put("version", 2.0);
    document.put("updates", project.updates.iter().map(|update| lower(update)).collect::<Vec<Map>>()).spaced();
    let identity = Identity::of("project");
    output.findings = schema::check(schema::File::Dependabot, &document, |path| (identity.clone(), origin_of(project, path)));
    if output.findings.is_empty() {
        output.files.push(Rendered {
            path: PATH.to_owned(),
            text: yaml::render(&[&header(&project.source)], &document),
            source: project.source.clone(),
            identity,
            origin: project.origin,
        });
    } else {
        output.withheld.push(PATH.to_owned());
    }
    output
}

/// Where the part of the file at that path is written.
fn origin_of(project: &Project, path: &[&str]) -> Origin {
    let index = path.get(1).and_then(|index| index.parse::<usize>().ok());
    index.and_then(|index| project.updates.get(index)).map_or(project.origin, |update| update.origin)
}

fn lower(update: &Update) -> Map {
    let mut map = Map::new();
    map.put("package-ecosystem", update.ecosystem.value.as_str());
    match update.directories.as_slice() {
        // Only the plural takes globs.
        [directory] if !directory.contains('*') => map.put("directory", directory.value.as_str()),
        directories => map.put("directories", texts(directories)),
    };
    let mut schedule = Map::new();
    schedule.put("interval", update.interval.word());
    for (key, text) in [("day", &update.day), ("time", &update.time), ("timezone", &update.timezone)] {
        schedule.put_some(key, text.as_ref().map(|text| text.value.as_str()));
    }
    map.put("schedule", schedule);
    if let Some(cooldown) = &update.cooldown {
        let mut days = Map::new();
        days.put("default-days", cooldown.days);
        map.put("cooldown", days);
    }
    if !update.groups.is_empty() {
        let mut groups = Map::new();
        for (name, patterns) in &update.groups {
            let mut group = Map::new();
            group.put("patterns", texts(patterns));
            groups.put(name, group);
        }
        map.put("groups", groups);
    }
    if !update.labels.is_empty() {
        map.put("labels", texts(&update.labels));
    }
    map.put_some("open-pull-requests-limit", update.limit.as_ref().map(|limit| limit.value));
    if let Some(prefix) = &update.prefix {
        let mut message = Map::new();
        message.put("prefix", prefix.value.as_str());
        map.put("commit-message", message);
    }
    map
}

fn texts(texts: &[At<String>]) -> Vec<&str> {
    texts.iter().map(|text| text.value.as_str()).collect()
}
