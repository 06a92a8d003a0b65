//! Nickel's errors, told again as faults: the author's place first, the words of the contract, what to write instead.

use codespan_reporting::diagnostic::LabelStyle;
use nickel_lang_core::error::{Error, EvalError, EvalErrorKind, IntoDiagnostics, ParseErrors};
use nickel_lang_core::eval::value::{EnumVariantData, NickelValue, ValueContentRef};
use nickel_lang_core::files::FileId as Id;
use nickel_lang_core::label::Label;
use nickel_lang_core::position::RawSpan;

use super::nickel::Nickel;
use super::{Fault, FaultKind, foreign, slip};
use crate::origin::{FileId, Files, Origin};

/// The origin of a fault whose place the error does not tell: the walk knows better and fills it in.
const NOWHERE: Origin = Origin { file: FileId(u32::MAX), start: 0, end: 0 };

/// Gives a place to the faults that have none.
pub(super) fn settle(mut faults: Vec<Fault>, place: Origin) -> Vec<Fault> {
    for fault in &mut faults {
        if fault.origin == NOWHERE {
            fault.origin = place;
        }
    }
    faults
}

/// What is wrong with a text that is not Nickel.
pub(super) fn syntax(nickel: &Nickel, errors: ParseErrors, files: &mut Files) -> Vec<Fault> {
    let faults = diagnosed(nickel, errors, FaultKind::Syntax, &[], files);
    slip::explain(faults, files)
}

/// Any error of preparing a file.
pub(super) fn error(nickel: &Nickel, error: Error, path: &[String], files: &mut Files) -> Vec<Fault> {
    match error {
        Error::EvalError(error) => eval(nickel, error, path, files),
        Error::ParseErrors(errors) => syntax(nickel, errors, files),
        Error::ImportError(error) => diagnosed(nickel, Error::ImportError(error), FaultKind::Import, path, files),
        other => diagnosed(nickel, other, FaultKind::Evaluation, path, files),
    }
}

/// An error of evaluation, at the value with this path.
pub(super) fn eval(nickel: &Nickel, error: EvalError, path: &[String], files: &mut Files) -> Vec<Fault> {
    let EvalErrorKind::BlameError { evaluated_arg, label } = &error.error else {
        let applied = matches!(&error.error, EvalErrorKind::NotAFunc(..));
        let unbound = matches!(&error.error, EvalErrorKind::UnboundIdentifier(id, _) if id.label() == "ci");
        let mut faults = diagnosed(nickel, Error::EvalError(error), FaultKind::Evaluation, path, files);
        if applied {
            let help = "is a comma missing behind it? what follows a value is taken for its argument";
            faults.iter_mut().for_each(|fault| fault.notes.push(help.to_owned()));
        }
        if unbound {
            faults
                .iter_mut()
                .for_each(|fault| fault.notes.push("begin the file with let ci = import \"pipeward.ncl\" in".to_owned()));
        }
        return faults;
    };
    let mut notes: Vec<String> = label.diagnostics.iter().rev().flat_map(|diagnostic| diagnostic.notes.iter().cloned()).collect();
    notes.dedup();
    let said = label.diagnostics.iter().rev().find_map(|diagnostic| diagnostic.message.as_deref());
    if let Some(remedy) = said.and_then(remedy).filter(|_| notes.is_empty()) {
        notes.push(remedy.to_owned());
    }
    let bare = notes.is_empty() || notes == [RECORD];
    if let Some(form) = foreign::form(path, text_of(evaluated_arg.as_ref()).as_deref()).filter(|_| bare) {
        notes = vec![form];
    }
    let message = label
        .diagnostics
        .iter()
        .rev()
        .find_map(|diagnostic| diagnostic.message.clone())
        .map(|message| with_what_it_got(message, evaluated_arg.as_ref()))
        .unwrap_or_else(|| expectation(label, evaluated_arg.as_ref()));
    let table = &nickel.context.pos_table;
    let evaluated = evaluated_arg.as_ref().and_then(|value| nickel.origin_at(value.pos(table), files));
    let origin = evaluated.or_else(|| nickel.origin_at(table.get(label.arg_pos), files)).unwrap_or(NOWHERE);
    let kind = if message.starts_with(INJECTED) { FaultKind::Expression } else { FaultKind::Contract };
    vec![Fault { notes, ..Fault::new(kind, path.to_vec(), origin, message) }]
}

/// "expected X, got Y" for a type that says nothing of its own.
fn expectation(label: &Label, got: Option<&NickelValue>) -> String {
    let mut expected = label.typ.to_string();
    while let Some(inner) = expected.strip_prefix("Array ") {
        if got.is_some_and(|value| value.as_array().is_some()) {
            break;
        }
        expected = inner.trim_matches(['(', ')']).to_owned();
    }
    format!("expected {} {expected}, got {}", article(&expected), kind(got))
}

/// Nickel's own contracts say what they expect and not what they got; what they say is kept, since documentation quotes it.
fn with_what_it_got(message: String, got: Option<&NickelValue>) -> String {
    if remedy(&message).is_none() {
        return message;
    }
    format!("{message}, got {}", kind(got))
}

/// What a value is, in words that an author knows: Nickel has names of its own for `null` and for tags.
fn kind(got: Option<&NickelValue>) -> String {
    match got.map(NickelValue::content_ref) {
        Some(ValueContentRef::Null) => "null".to_owned(),
        Some(ValueContentRef::EnumVariant(EnumVariantData { tag, .. })) => format!("the tag '{}", tag.label()),
        _ => match got.and_then(NickelValue::type_of) {
            Some(name) => format!("{} {name}", article(name)),
            None => "something else".to_owned(),
        },
    }
}

/// A text, if that is what a value is.
fn text_of(got: Option<&NickelValue>) -> Option<String> {
    match got?.content_ref() {
        ValueContentRef::String(text) => Some(text.to_string()),
        _ => None,
    }
}

/// How the contract of commands refuses those that hold an expression: another defect than commands that are none.
const INJECTED: &str = "expected commands without expressions";

/// What is said of a value that should be a record, where nothing better is known.
const RECORD: &str = "write it between { and }";

/// What to write instead of what one of Nickel's own contracts refuses.
fn remedy(message: &str) -> Option<&'static str> {
    match message {
        "expected an array" => Some("write it between [ and ]"),
        "not a record" | "expected a record" | "expected a Record" => Some(RECORD),
        _ => None,
    }
}

fn article(noun: &str) -> &'static str {
    if noun.starts_with(['A', 'E', 'I', 'O', 'U', 'a', 'e', 'i', 'o', 'u']) { "an" } else { "a" }
}

/// The fields that a record contract does not know, if that is why it refuses.
pub(super) fn extra_fields(error: &EvalError) -> Vec<String> {
    let EvalErrorKind::BlameError { label, .. } = &error.error else { return Vec::new() };
    label
        .diagnostics
        .iter()
        .filter_map(|diagnostic| diagnostic.message.as_deref())
        .filter(|message| message.starts_with("extra field"))
        .flat_map(|message| message.split('`').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>())
        .collect()
}

/// The fields that it knows, if it stands behind a contract of the library that only hands on to it (`validator.ncl`).
pub(super) fn known_fields(error: &EvalError) -> Vec<String> {
    let EvalErrorKind::BlameError { label, .. } = &error.error else { return Vec::new() };
    let notes = label.diagnostics.iter().flat_map(|diagnostic| &diagnostic.notes);
    let told = notes.filter_map(|note| note.strip_prefix("the fields are "));
    told.flat_map(|names| names.split(", ")).map(str::to_owned).collect()
}

/// The value that a contract refused.
pub(super) fn refused_value(error: &EvalError) -> Option<NickelValue> {
    match &error.error {
        EvalErrorKind::BlameError { evaluated_arg, .. } => evaluated_arg.clone(),
        _ => None,
    }
}

/// What Nickel itself would print, as faults.
fn diagnosed(nickel: &Nickel, error: impl IntoDiagnostics, kind: FaultKind, path: &[String], files: &mut Files) -> Vec<Fault> {
    let mut sources = nickel.context.import_resolver.sources.files().clone();
    let diagnostics = error.into_diagnostics(&mut sources);
    diagnostics
        .into_iter()
        .map(|diagnostic| {
            let mut places: Vec<(bool, Origin, String)> = diagnostic
                .labels
                .iter()
                .filter_map(|label| {
                    let origin = place(nickel, label.file_id, label.range.clone(), files)?;
                    Some((label.style == LabelStyle::Primary, origin, label.message.clone()))
                })
                .collect();
            places.sort_by_key(|(primary, ..)| !primary);
            let mut places = places.into_iter();
            let (origin, said) = places.next().map_or((NOWHERE, String::new()), |(_, origin, said)| (origin, said));
            let message = if said.is_empty() { diagnostic.message } else { format!("{}: {said}", diagnostic.message) };
            let message = nickel.relative(&message);
            let related = places.map(|(_, origin, message)| (origin, message)).collect();
            Fault { kind, path: path.to_vec(), origin, message, notes: diagnostic.notes, related }
        })
        .collect()
}

fn place(nickel: &Nickel, file: Id, range: std::ops::Range<usize>, files: &mut Files) -> Option<Origin> {
    nickel.origin_of(RawSpan::from_range(file, range), files)
}
