//! `pipeward show`: the pipelines and actions as they were understood.

use clap::{ArgMatches, Args as _, Command};
use serde_json::{Map, Value, json};

use super::limits::Limits;
use super::outline::{outline, outline_of_action};
use super::rules::Format;
use super::{Error, Session, Verb, options};
use crate::finding::Verdict;
use crate::pipeline::action::Action;
use crate::pipeline::{Pipeline, Project, data};
use crate::report::{self, Report, Thing, json_text, multiline};
use crate::source::{self, Node, nearest};
use crate::workspace::{self, Workspace};

pub(super) const VERB: Verb = Verb { command, run };

#[derive(clap::Args)]
struct Options {
    /// The id of one pipeline, or of an action such as actions/set-up [default: all of them]
    #[arg(value_name = "PIPELINE")]
    pipeline: Option<String>,
    /// How they are written; json is what custom rules receive
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Text)]
    format: Format,
    #[command(flatten)]
    limits: Limits,
}

fn command() -> Command {
    Options::augment_args(Command::new("show"))
        .about("Show the pipelines and actions as they were understood: what starts them, their jobs, what these may do")
        .after_help("Example:\n  pipeward show pr-validation --format json")
}

fn run(matches: &ArgMatches, session: &mut Session) -> Result<u8, Error> {
    let Options { pipeline, format, limits } = options(matches)?;
    let root = session.root()?;
    let mut workspace = workspace::load(&root, &Session::evaluator(&root, &limits)?)?;
    let shown = choose(&workspace, pipeline.as_deref())?;
    let all = |data: fn(&Shown<'_>) -> Option<Node>| shown.iter().filter_map(data).map(|node| value(&node)).collect::<Vec<_>>();
    session.out = match format {
        Format::Json => json_text(&json!({
            "version": 1,
            "pipelines": all(|shown| match shown {
                Shown::Pipeline(pipeline) => Some(data::of(pipeline)),
                Shown::Action(_) => None,
            }),
            "actions": all(|shown| match shown {
                Shown::Pipeline(_) => None,
                Shown::Action(action) => Some(data::of_action(action)),
            }),
        })),
        Format::Text => {
            let outline = |project: &Project, shown: &Shown<'_>| match shown {
                Shown::Pipeline(pipeline) => outline(project, pipeline),
                Shown::Action(action) => outline_of_action(action),
            };
            let outlines: Vec<String> =
                shown.iter().filter_map(|shown| Some(outline(workspace.project.as_ref()?, shown))).collect();
            multiline(&outlines.join("\n"))
        }
    };
    Ok(refusals(&mut workspace, session))
}

/// Says beside the output what could not be understood.
fn refusals(workspace: &mut Workspace, session: &mut Session) -> u8 {
    report::sort(&mut workspace.refused, &workspace.files);
    let pipelines = workspace.project.as_ref().map_or(0, |project| project.pipelines.len() + project.unread.len());
    let report = Report::new(&workspace.refused, &workspace.files, pipelines, Thing::Pipeline);
    session.aside.push_str(&(report::FORMATS[0].write)(&report));
    Verdict::of(&workspace.refused).exit_code()
}

/// What is shown.
enum Shown<'a> {
    Pipeline(&'a Pipeline),
    Action(&'a Action),
}

impl Shown<'_> {
    fn id(&self) -> String {
        match self {
            Self::Pipeline(pipeline) => pipeline.id.clone(),
            Self::Action(action) => action.identity().to_string(),
        }
    }
}

fn choose<'a>(workspace: &'a Workspace, id: Option<&str>) -> Result<Vec<Shown<'a>>, Error> {
    let project = workspace.project.iter();
    let mut all: Vec<Shown<'_>> = project.clone().flat_map(|project| &project.pipelines).map(Shown::Pipeline).collect();
    all.extend(project.flat_map(|project| &project.actions).map(Shown::Action));
    let Some(id) = id else { return Ok(all) };
    let known: Vec<String> = all.iter().map(Shown::id).collect();
    if let Some(index) = known.iter().position(|known| known == id) {
        return Ok(vec![all.swap_remove(index)]);
    }
    if !workspace.refused.is_empty() {
        // It may be in a file that was refused, so it is not known to be unknown.
        return Ok(Vec::new());
    }
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    let help = nearest(id, &known)
        .map_or_else(|| format!("the pipelines are {}", known.join(", ")), |near| format!("did you mean `{near}`?"));
    Err(Error::Usage { message: format!("no pipeline is called `{id}`"), help })
}

/// The data of a model as JSON.
fn value(node: &Node) -> Value {
    match &node.value {
        source::Value::Broken | source::Value::Null | source::Value::Function => Value::Null,
        source::Value::Bool(flag) => json!(flag),
        #[expect(clippy::cast_possible_truncation, reason = "the guard leaves whole numbers that a double holds exactly")]
        source::Value::Number(number) if number.fract() == 0.0 && number.abs() < 9e15 => json!(*number as i64),
        source::Value::Number(number) => json!(number),
        source::Value::String(text) => json!(text),
        source::Value::Array(items) => items.iter().map(value).collect(),
        source::Value::Record(fields) => {
            fields.iter().map(|field| (field.name.clone(), value(&field.node))).collect::<Map<_, _>>().into()
        }
        source::Value::Tag(tag, None) => json!(tag),
        source::Value::Tag(tag, Some(argument)) => json!({ tag.as_str(): value(argument) }),
    }
}
