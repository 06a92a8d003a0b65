//! The project: what all its pipelines share, and the pipelines themselves.

use indexmap::IndexMap;

use super::Pipeline;
use super::action::Action;
use super::backends::Backends;
use super::reader::{Place, Reader, is_identifier};
use super::runner::is_self_hosted;
use super::update::Update;
use super::uses::is_commit;
use super::version;
use crate::origin::{At, Origin};

/// The project of a repository.
#[derive(Clone, Debug, PartialEq)]
pub struct Project {
    /// The whole of `pipelines/main.ncl`.
    pub origin: Origin,
    /// The file it is written in, from the project's root.
    pub source: String,
    /// What it is called.
    pub name: At<String>,
    /// The least version of Pipeward that may judge it.
    pub pipeward: Option<At<String>>,
    /// Whether everybody can read the repository: it decides what the forge allows.
    pub visibility: At<Visibility>,
    /// The branch that pull requests go to; `main` if nothing is said.
    pub default_branch: At<String>,
    /// Whether it says what its pipelines may use: secrets, variables, pins, images, runners. A repository of YAML does not, and nothing
    /// is undeclared there.
    pub declares: bool,
    /// What is emitted.
    pub backends: Backends,
    /// Where the organisation's policy is.
    pub organisation: Option<At<String>>,
    /// The secrets its pipelines may use.
    pub secrets: IndexMap<String, Declared>,
    /// The variables its pipelines may use.
    pub variables: IndexMap<String, Declared>,
    /// The revision of each action used, by `owner/name`.
    pub pins: IndexMap<String, Pin>,
    /// Images by short name, each with its digest.
    pub images: IndexMap<String, At<String>>,
    /// Runners that are not the forge's own, by short name.
    pub runners: IndexMap<String, Runner>,
    /// The runner of a job that names none.
    pub default_runner: At<String>,
    /// What a bot keeps up to date.
    pub updates: Vec<At<Update>>,
    /// Whether a bot of another kind keeps things up to date, in a file that only it reads.
    pub is_updated_elsewhere: bool,
    /// Whether all there is of the repository was looked at: a file that was not is unknown, not absent.
    pub is_whole: bool,
    /// The pipelines, sorted by id.
    pub pipelines: Vec<Pipeline>,
    /// The actions it writes, sorted by id.
    pub actions: Vec<Action>,
    /// The files of pipelines that could not be read: what they hold is unknown, not absent.
    pub unread: Vec<String>,
}

/// Who can read a repository.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Visibility {
    /// Everybody.
    Public,
    /// Those who may.
    Private,
}

/// A secret or a variable that may be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declared {
    /// Where its name stands.
    pub key: Origin,
    /// What it is for.
    pub purpose: At<String>,
    /// Who looks after it.
    pub owner: At<String>,
}

/// The exact revision of something used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pin {
    /// Where its name stands.
    pub key: Origin,
    /// The version, for people: `v7.0.1`.
    pub version: At<String>,
    /// The commit: 40 hexadecimal digits.
    pub revision: At<String>,
}

/// A runner that is not the forge's own image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Runner {
    /// Where its name stands.
    pub key: Origin,
    /// The group it is in, if it is chosen by that.
    pub group: Option<At<String>>,
    /// The labels that choose it.
    pub labels: Vec<At<String>>,
    /// Whether the forge runs it: decides how long a job may take.
    pub hosted: At<bool>,
}

/// The image a job runs on when neither it nor the project says.
pub const DEFAULT_RUNNER: &str = "ubuntu-24.04";

const FIELDS: &[&str] = &[
    "name",
    "pipeward",
    "visibility",
    "default_branch",
    "default_runner",
    "backends",
    "policy",
    "secrets",
    "variables",
    "pins",
    "images",
    "runners",
    "updates",
];

impl Project {
    /// The pipeline of that id.
    #[must_use]
    pub fn pipeline(&self, id: &str) -> Option<&Pipeline> {
        let index = self.pipelines.partition_point(|pipeline| pipeline.id.as_str() < id);
        self.pipelines.get(index).filter(|pipeline| pipeline.id == id)
    }

    /// A repository whose files are all there is: they say what they use, and nothing else is known of it.
    #[must_use]
    pub fn of_files(name: &str, origin: Origin) -> Self {
        let text = |text: &str| At::new(text.to_owned(), origin);
        Self {
            origin,
            source: name.to_owned(),
            name: text(name),
            pipeward: None,
            visibility: At::new(Visibility::Public, origin),
            default_branch: text("main"),
            declares: false,
            backends: Backends { github: true, ..Backends::default() },
            organisation: None,
            secrets: IndexMap::new(),
            variables: IndexMap::new(),
            pins: IndexMap::new(),
            images: IndexMap::new(),
            runners: IndexMap::new(),
            default_runner: text(DEFAULT_RUNNER),
            updates: Vec::new(),
            is_updated_elsewhere: false,
            is_whole: false,
            pipelines: Vec::new(),
            actions: Vec::new(),
            unread: Vec::new(),
        }
    }

    /// The same of one configuration of GitLab: a file, and those that it includes.
    #[must_use]
    pub fn of_gitlab_files(name: &str, origin: Origin, pipelines: Vec<Pipeline>) -> Self {
        let backends = Backends::of_gitlab_files(origin);
        let mut project = Self { backends, pipelines, ..Self::of_files(name, origin) };
        project.pipelines.sort_by(|one, other| one.id.cmp(&other.id));
        super::gitlab::whole::settle(&mut project);
        project
    }

    /// Reads the project; its pipelines come from other files.
    pub fn read(reader: &mut Reader, place: &Place<'_>, source: &str) -> Option<Self> {
        if !reader.is_record(place) {
            return None;
        }
        reader.known(place, FIELDS);
        let visibility = match place.get("visibility") {
            Some(field) => reader.choice(&field, &[("Public", Visibility::Public), ("Private", Visibility::Private)]),
            None => {
                reader.missing(place, "visibility", "write visibility = 'Public or 'Private");
                None
            }
        };
        let images = reader.record_of(place, "images").map_or_else(IndexMap::new, |images| {
            images.fields().filter_map(|(field, here)| Some((field.name.clone(), reader.text(&here)?))).collect()
        });
        let organisation = reader.record_of(place, "policy").and_then(|policy| {
            reader.known(&policy, &["organisation"]);
            reader.text_of(&policy, "organisation")
        });
        let backends = Backends::read(reader, place);
        Some(Self {
            origin: place.origin(),
            source: source.to_owned(),
            declares: true,
            pipeward: version::read(reader, place),
            default_branch: reader.text_of(place, "default_branch").unwrap_or_else(|| At::new("main".to_owned(), place.origin())),
            default_runner: reader
                .text_of(place, "default_runner")
                .unwrap_or_else(|| At::new(DEFAULT_RUNNER.to_owned(), place.origin())),
            backends,
            organisation,
            secrets: Declared::all(reader, place, "secrets"),
            variables: Declared::all(reader, place, "variables"),
            pins: Pin::all(reader, place),
            images,
            runners: Runner::all(reader, place),
            updates: place.get("updates").map_or_else(Vec::new, |updates| reader.list(&updates, Update::read)),
            is_updated_elsewhere: false,
            is_whole: true,
            pipelines: Vec::new(),
            actions: Vec::new(),
            unread: Vec::new(),
            name: reader.required(place, "name")?,
            visibility: visibility?,
        })
    }
}

impl Declared {
    fn all(reader: &mut Reader, place: &Place<'_>, name: &str) -> IndexMap<String, Self> {
        let Some(record) = reader.record_of(place, name) else { return IndexMap::new() };
        record
            .fields()
            .filter_map(|(field, here)| Some((field.name.clone(), Self::read(reader, &here, &field.name, field.key)?)))
            .collect()
    }

    fn read(reader: &mut Reader, place: &Place<'_>, name: &str, key: Origin) -> Option<Self> {
        let fine = is_identifier(name)
            && !name.contains(|letter: char| letter == '-' || letter.is_ascii_lowercase())
            && !name.starts_with("GITHUB_");
        if !fine {
            let help = "write MAIL_PASSWORD; names that begin with GITHUB_ are the forge's own";
            reader.misnamed(place, key, format!("expected a name in capitals, and not the forge's own, got \"{name}\""), help);
        }
        reader.known(place, &["purpose", "owner"]);
        let purpose = reader.required(place, "purpose");
        let owner = reader.required(place, "owner");
        Some(Self { key, purpose: purpose?, owner: owner? })
    }
}

impl Pin {
    fn all(reader: &mut Reader, place: &Place<'_>) -> IndexMap<String, Self> {
        let Some(record) = reader.record_of(place, "pins") else { return IndexMap::new() };
        record
            .fields()
            .filter_map(|(field, here)| Some((field.name.clone(), Self::read(reader, &here, &field.name, field.key)?)))
            .collect()
    }

    fn read(reader: &mut Reader, place: &Place<'_>, name: &str, key: Origin) -> Option<Self> {
        let word = |part: &str| {
            !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'))
        };
        if !name.split_once('/').is_some_and(|(owner, name)| word(owner) && word(name)) {
            let help = "write \"actions/checkout\": one pin serves every path of a repository";
            reader.misnamed(place, key, format!("expected the owner and the name of an action, got \"{name}\""), help);
        }
        reader.known(place, &["version", "revision"]);
        let version = reader.required(place, "version");
        let revision = reader.required(place, "revision")?;
        if !is_commit(&revision)
            && let Some(field) = place.get("revision")
        {
            reader.refuse(&field, format!("expected a commit, got \"{}\"", revision.value), "write its 40 hexadecimal digits");
            return None;
        }
        let version = version?;
        if !version.trim_start_matches('v').starts_with(|first: char| first.is_ascii_digit())
            && let Some(field) = place.get("version")
        {
            let help = "write the version that the revision is, such as \"v7.0.1\": it is what an updater reads";
            reader.refuse(&field, format!("expected a version, got \"{}\"", version.value), help);
        }
        Some(Self { key, version, revision })
    }
}

impl Runner {
    fn all(reader: &mut Reader, place: &Place<'_>) -> IndexMap<String, Self> {
        let Some(record) = reader.record_of(place, "runners") else { return IndexMap::new() };
        record.fields().filter_map(|(field, here)| Some((field.name.clone(), Self::read(reader, &here, field.key)?))).collect()
    }

    fn read(reader: &mut Reader, place: &Place<'_>, key: Origin) -> Option<Self> {
        reader.known(place, &["group", "labels", "hosted"]);
        let help = "write labels = [\"self-hosted\"], hosted = false";
        for name in ["labels", "hosted"] {
            if place.get(name).is_none() {
                reader.missing(place, name, help);
            }
        }
        let (group, hosted) = (reader.text_of(place, "group"), reader.flag_of(place, "hosted")?);
        let labels = reader.texts_of(place, "labels");
        if let Some(label) = labels.iter().find(|label| hosted.value && is_self_hosted(label))
            && let Some(field) = place.get("hosted")
        {
            let message = format!("expected false, got true: the forge gives no runner of its own the label \"{}\"", label.value);
            reader.refuse(&field, message, "write hosted = false, or the labels of the larger runner that it is");
        }
        Some(Self { key, group, labels, hosted })
    }
}
