//! What a project emits, and what each forge has to be told about the project as a whole.

use indexmap::IndexMap;

use super::gitlab::file::File;
use super::reader::{Place, Reader};
use crate::origin::{At, Origin};

/// A place that keeps a repository and runs its pipelines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Forge {
    /// github.com, and GitHub Enterprise.
    GitHub,
    /// gitlab.com, and GitLab of one's own.
    GitLab,
}

impl Forge {
    /// All of them, sorted by name.
    pub const ALL: &[Self] = &[Self::GitHub, Self::GitLab];

    /// As the project names it: `backends.github`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::GitHub => "github",
            Self::GitLab => "gitlab",
        }
    }

    /// As people write it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::GitHub => "GitHub",
            Self::GitLab => "GitLab",
        }
    }
}

/// What is emitted.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Backends {
    /// GitHub's workflows.
    pub github: bool,
    /// `dependabot.yml`.
    pub dependabot: bool,
    /// GitLab's pipelines.
    pub gitlab: Option<At<GitLab>>,
}

/// How a project's pipelines become one of GitLab's.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct GitLab {
    /// How many files they are written to.
    pub layout: Layout,
    /// The image of a job that names none and whose runner has none: a name of the project's table, or one with its digest.
    pub image: Option<At<String>>,
    /// The image of jobs whose commands run in the project's Nix shell.
    pub nix: Option<At<String>>,
    /// The order of the stages that jobs name.
    pub stages: Vec<At<String>>,
    /// What stands for a runner of the model, by its name: a hosted image, or one that the project declares.
    pub runners: IndexMap<String, Machine>,
    /// What is said of the file in GitLab's own words.
    pub file: File,
}

/// How many files the pipelines are written to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Layout {
    /// All to `.gitlab-ci.yml`.
    #[default]
    One,
    /// One for each pipeline, which `.gitlab-ci.yml` includes.
    PerPipeline,
}

/// What stands for a runner on GitLab.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Machine {
    /// Where its name stands.
    pub key: Origin,
    /// The tags that choose it; none for whatever the instance gives.
    pub tags: Vec<At<String>>,
    /// The image of its jobs that name none.
    pub image: Option<At<String>>,
    /// Whether it runs them in its own shell, and starts no container for them.
    pub is_shell: bool,
}

impl Backends {
    /// Whether pipelines are written for a forge.
    #[must_use]
    pub const fn write_for(&self, forge: Forge) -> bool {
        match forge {
            Forge::GitHub => self.github,
            Forge::GitLab => self.gitlab.is_some(),
        }
    }

    /// What a repository whose files are GitLab's is for; its files say the rest.
    #[must_use]
    pub fn of_gitlab_files(origin: Origin) -> Self {
        Self { gitlab: Some(At::new(GitLab::default(), origin)), ..Self::default() }
    }

    pub(super) fn read(reader: &mut Reader, place: &Place<'_>) -> Self {
        let Some(backends) = place.get("backends") else { return Self { github: true, dependabot: true, gitlab: None } };
        reader.is_record(&backends);
        reader.known(&backends, &["github", "dependabot", "gitlab"]);
        Self {
            github: backends.get("github").is_some(),
            dependabot: backends.get("dependabot").is_some(),
            gitlab: backends.get("gitlab").and_then(|gitlab| GitLab::read(reader, &gitlab)),
        }
    }
}

impl GitLab {
    fn read(reader: &mut Reader, place: &Place<'_>) -> Option<At<Self>> {
        if !reader.is_record(place) {
            return None;
        }
        let ours = ["layout", "image", "nix", "stages", "runners"];
        let known: Vec<&str> = ours.into_iter().chain(File::of_projects()).collect();
        reader.known(place, &known);
        let layouts = [("One", Layout::One), ("PerPipeline", Layout::PerPipeline)];
        let layout = place.get("layout").and_then(|field| reader.choice(&field, &layouts));
        let settings = Self {
            layout: layout.map_or_else(Layout::default, |layout| layout.value),
            image: reader.text_of(place, "image"),
            nix: reader.text_of(place, "nix"),
            stages: reader.texts_of(place, "stages"),
            runners: Machine::all(reader, place),
            file: File::read(reader, place),
        };
        Some(At::new(settings, place.origin()))
    }
}

impl Machine {
    fn all(reader: &mut Reader, place: &Place<'_>) -> IndexMap<String, Self> {
        let Some(record) = reader.record_of(place, "runners") else { return IndexMap::new() };
        record.fields().map(|(field, here)| (field.name.clone(), Self::read(reader, &here, field.key))).collect()
    }

    fn read(reader: &mut Reader, place: &Place<'_>, key: Origin) -> Self {
        reader.known(place, &["tags", "image", "executor"]);
        let executors = [("Container", false), ("Shell", true)];
        let executor = place.get("executor").and_then(|executor| reader.choice(&executor, &executors));
        let is_shell = executor.is_some_and(|executor| executor.value);
        let image = reader.text_of(place, "image");
        if let Some(image) = place.get("image").filter(|_| is_shell) {
            reader.refuse(&image, "a runner that runs jobs in its own shell has no image", "remove it, or executor = 'Shell");
        }
        Self { key, tags: reader.texts_of(place, "tags"), image, is_shell }
    }
}
