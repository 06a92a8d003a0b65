//! Walks an evaluated value from the outside in: every part that evaluates becomes data, every part that does not becomes
//! a fault, and the walk goes on beside it.
//!
//! One entry point of the evaluator is used for everything, `VirtualMachine::eval`, with the contracts that wait on each
//! field applied by hand: then a refused field hides nothing next to it.

use std::collections::HashMap;

use nickel_lang_core::error::EvalError;
use nickel_lang_core::eval::value::{Container, EnumVariantData, NickelValue, ValueContentRef};
use nickel_lang_core::identifier::LocIdent;
use nickel_lang_core::position::PosIdx;
use nickel_lang_core::term::RuntimeContract;
use nickel_lang_core::term::record::RecordData;

use super::limits::{DEEPEST, MOST_TEXT, MOST_VALUES, mebibytes};
use super::nickel::Nickel;
use super::{Fault, FaultKind, Field, Node, Role, Value, Verdict, explain};
use crate::origin::{Files, Origin};
use crate::pipeline::{self, action};

/// Where each field's name stands.
pub(super) type Keys = HashMap<&'static str, Origin>;

/// The functions of a custom rule: for pipelines, and for actions if it asks for them.
const CHECK: &str = "check";
const CHECK_ACTION: &str = "check_action";

/// What custom rules are to judge.
pub(super) struct Judging<'a> {
    /// The value of the policy's file.
    pub(super) policy: NickelValue,
    /// The contract of policies.
    pub(super) contract: Option<RuntimeContract>,
    /// The ids of the rules.
    pub(super) rules: &'a [String],
    /// The models, each an id and its data.
    pub(super) models: &'a [(&'a str, NickelValue)],
    /// The policy's file.
    pub(super) whole: Origin,
}

/// One walk over the value of one file.
pub(super) struct Walk<'a> {
    pub(super) nickel: &'a mut Nickel,
    files: &'a mut Files,
    path: Vec<String>,
    depth: usize,
    /// How many values and how many bytes of text may still be found.
    pub(super) left: (usize, usize),
    pub(super) faults: Vec<Fault>,
}

impl<'a> Walk<'a> {
    pub(super) const fn new(nickel: &'a mut Nickel, files: &'a mut Files) -> Self {
        Self { nickel, files, path: Vec::new(), depth: 0, left: (MOST_VALUES, MOST_TEXT), faults: Vec::new() }
    }

    /// The value of a file under the contract of its role: of each field, if it holds several pipelines.
    pub(super) fn file(&mut self, value: NickelValue, role: Role, contract: Option<RuntimeContract>, whole: Origin) -> Node {
        let Some(contract) = contract else { return self.node(value, &[], whole) };
        match self.peel(value, &contract, whole) {
            Some(bare) if role == Role::Pipeline && several(&bare) => {
                let origin = self.origin(&bare).unwrap_or(whole);
                Node { value: Value::Record(self.record(&bare, Some(&contract), &Keys::new(), origin)), origin }
            }
            Some(bare) => self.node(bare, &[contract], whole),
            None => Node { value: Value::Broken, origin: whole },
        }
    }

    pub(super) fn eval(&mut self, value: NickelValue) -> Result<NickelValue, EvalError> {
        self.nickel.eval(value)
    }

    /// One value with the contracts that wait on it.
    fn node(&mut self, value: NickelValue, contracts: &[RuntimeContract], inherited: Origin) -> Node {
        let written = self.origin(&value);
        if self.depth == DEEPEST {
            self.fault(FaultKind::Evaluation, written.unwrap_or(inherited), format!("nested deeper than {DEEPEST} values"));
            return Node { value: Value::Broken, origin: inherited };
        }
        self.depth += 1;
        let found = if contracts.is_empty() { None } else { self.lawful(&value, contracts, written, inherited) };
        let node = found.unwrap_or_else(|| self.merged(value, contracts, written, inherited));
        self.depth -= 1;
        node
    }

    /// A value under contracts that Nickel applies.
    pub(super) fn merged(
        &mut self,
        value: NickelValue,
        contracts: &[RuntimeContract],
        written: Option<Origin>,
        inherited: Origin,
    ) -> Node {
        let keys = if contracts.is_empty() { Keys::new() } else { self.written_keys(&value) };
        match self.eval_stripped(value, contracts, inherited) {
            None => Node { value: Value::Broken, origin: written.unwrap_or(inherited) },
            Some(found) => {
                let origin = self.origin(&found).or(written).unwrap_or(inherited);
                Node { value: self.value(&found, &keys, origin), origin }
            }
        }
    }

    /// Evaluates a value under its contracts; fields that its record contracts do not know are reported, set aside, and the
    /// rest is tried again.
    fn eval_stripped(&mut self, value: NickelValue, contracts: &[RuntimeContract], inherited: Origin) -> Option<NickelValue> {
        let position = value.pos_idx();
        let applied = RuntimeContract::apply_all(value.clone(), contracts.iter().cloned(), position);
        let error = match self.eval(applied) {
            Ok(found) => return Some(found),
            Err(error) => error,
        };
        let extra = explain::extra_fields(&error);
        if extra.is_empty() {
            self.explain(error, &value, inherited);
            return None;
        }
        let Ok(bare) = self.eval(value.clone()) else {
            self.explain(error, &value, inherited);
            return None;
        };
        let names: Vec<String> = self.names(contracts).into_iter().chain(explain::known_fields(&error)).collect();
        let rest = self.strip(&bare, &extra, &names, inherited)?;
        self.eval_stripped(rest, contracts, inherited)
    }

    /// The same for the value of a whole file, whose own annotation may be what refuses it: then the value beneath the
    /// annotation is what is stripped.
    fn peel(&mut self, value: NickelValue, contract: &RuntimeContract, whole: Origin) -> Option<NickelValue> {
        let error = match self.eval(value.clone()) {
            Ok(found) => return Some(found),
            Err(error) => error,
        };
        let extra = explain::extra_fields(&error);
        match explain::refused_value(&error) {
            Some(beneath) if !extra.is_empty() => {
                let names = self.names(std::slice::from_ref(contract));
                let rest = self.strip(&beneath, &extra, &names, whole)?;
                self.peel(rest, contract, whole)
            }
            _ => {
                self.explain(error, &value, whole);
                None
            }
        }
    }

    /// A record without some of its fields, each of them reported at its own name.
    fn strip(&mut self, bare: &NickelValue, extra: &[String], names: &[String], inherited: Origin) -> Option<NickelValue> {
        let mut rest = bare.as_record()?.into_opt()?.clone();
        let origin = self.origin(bare).unwrap_or(inherited);
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        self.set_aside(&mut rest, extra, &names, origin).then(|| NickelValue::record(rest, bare.pos_idx()))
    }

    /// Takes fields out of a record and reports each at its own name; whether there were any.
    pub(super) fn set_aside(&mut self, record: &mut RecordData, extra: &[String], names: &[&str], origin: Origin) -> bool {
        let mut found = false;
        for name in extra {
            let Some((id, _)) = record.fields.iter().find(|(id, _)| id.label() == name) else { continue };
            let id = *id;
            found = true;
            let origin = self.key(id, origin);
            let mut path = self.path.clone();
            path.push(name.clone());
            self.faults.push(Fault::unknown(path, origin, name, names));
            record.fields.shift_remove(&id);
        }
        found
    }

    /// The fields that record contracts know.
    fn names(&mut self, contracts: &[RuntimeContract]) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for contract in contracts {
            if let Ok(found) = self.eval(contract.contract.clone())
                && let Some(Container::Alloc(record)) = found.as_record()
            {
                names.extend(record.fields.keys().map(|id| id.label().to_owned()));
            }
        }
        names
    }

    fn value(&mut self, found: &NickelValue, keys: &Keys, origin: Origin) -> Value {
        match found.content_ref() {
            ValueContentRef::Null => Value::Null,
            ValueContentRef::Bool(flag) => Value::Bool(flag),
            ValueContentRef::Number(number) => Value::Number(to_f64(&number.to_string())),
            ValueContentRef::String(text) => {
                let text = text.to_string();
                if self.take_text(text.len(), origin) { Value::String(text) } else { Value::Broken }
            }
            ValueContentRef::Array(Container::Empty) => Value::Array(Vec::new()),
            ValueContentRef::Array(Container::Alloc(data)) => {
                if !self.take_values(data.array.len(), origin) {
                    return Value::Broken;
                }
                let items: Vec<NickelValue> = data.array.iter().cloned().collect();
                let contracts = data.pending_contracts.clone();
                Value::Array(
                    items
                        .into_iter()
                        .enumerate()
                        .map(|(index, item)| self.within(&index.to_string(), |walk| walk.node(item, &contracts, origin)))
                        .collect(),
                )
            }
            ValueContentRef::Record(_) => Value::Record(self.record(found, None, keys, origin)),
            ValueContentRef::EnumVariant(EnumVariantData { tag, arg }) => {
                let (tag, argument) = (tag.label().to_owned(), arg.clone());
                Value::Tag(tag, argument.map(|argument| Box::new(self.node(argument, &[], origin))))
            }
            _ => Value::Function,
        }
    }

    /// The fields of a record, each under the contracts that wait on it and `extra`.
    fn record(&mut self, found: &NickelValue, extra: Option<&RuntimeContract>, keys: &Keys, origin: Origin) -> Vec<Field> {
        let Some(Container::Alloc(data)) = found.as_record() else { return Vec::new() };
        self.fields(data.clone(), extra, keys, origin)
    }

    /// The fields of a record that nothing else holds any more.
    pub(super) fn fields(
        &mut self,
        data: RecordData,
        extra: Option<&RuntimeContract>,
        keys: &Keys,
        origin: Origin,
    ) -> Vec<Field> {
        if !self.take_values(data.fields.len(), origin) {
            return Vec::new();
        }
        let mut fields = Vec::with_capacity(data.fields.len());
        for (id, field) in data.fields {
            if field.metadata.not_exported() {
                continue;
            }
            let key = keys.get(id.label()).copied().unwrap_or_else(|| self.key(id, origin));
            let Some(value) = field.value else {
                if !field.metadata.opt() {
                    let mut path = self.path.clone();
                    path.push(id.label().to_owned());
                    self.faults.push(Fault::missing(path, origin, id.label(), field.metadata.doc()));
                }
                continue;
            };
            let contracts: Vec<RuntimeContract> = field.pending_contracts.into_iter().chain(extra.cloned()).collect();
            let node = self.within(id.label(), |walk| walk.node(value, &contracts, key));
            let key = if key == origin { node.origin } else { key };
            fields.push(Field { name: id.label().to_owned(), key, node });
        }
        fields
    }

    /// Whether so many values more may be found; if not, that is said once.
    fn take_values(&mut self, number: usize, origin: Origin) -> bool {
        let enough = number <= self.left.0;
        if !enough && self.left.0 > 0 {
            self.fault(
                FaultKind::Evaluation,
                origin,
                format!("holds more than {MOST_VALUES} values, together with what was before"),
            );
        }
        self.left.0 = if enough { self.left.0 - number } else { 0 };
        enough
    }

    /// The same of bytes of text.
    fn take_text(&mut self, bytes: usize, origin: Origin) -> bool {
        let enough = bytes <= self.left.1;
        if !enough && self.left.1 > 0 {
            let most = mebibytes(MOST_TEXT as u64);
            self.fault(FaultKind::Evaluation, origin, format!("holds more than {most} of text, together with what was before"));
        }
        self.left.1 = if enough { self.left.1 - bytes } else { 0 };
        enough
    }

    /// Where the names of a record's fields stand before a contract is merged over it, which puts its own in their place.
    fn written_keys(&mut self, value: &NickelValue) -> Keys {
        let Ok(bare) = self.eval(value.clone()) else { return Keys::new() };
        let Some(Container::Alloc(record)) = bare.as_record() else { return Keys::new() };
        record.fields.keys().filter_map(|id| Some((id.label(), self.nickel.origin_at(id.pos, self.files)?))).collect()
    }

    /// Where the name of a field stands; the record's origin if no author wrote it.
    fn key(&mut self, id: LocIdent, record: Origin) -> Origin {
        self.nickel.origin_at(id.pos, self.files).unwrap_or(record)
    }

    pub(super) fn origin(&mut self, value: &NickelValue) -> Option<Origin> {
        let index = value.pos_idx();
        if index == PosIdx::NONE {
            return None;
        }
        self.nickel.origin_at(self.nickel.context.pos_table.get(index), self.files)
    }

    fn within<T>(&mut self, name: &str, read: impl FnOnce(&mut Self) -> T) -> T {
        self.path.push(name.to_owned());
        let found = read(self);
        self.path.pop();
        found
    }

    fn explain(&mut self, error: EvalError, value: &NickelValue, inherited: Origin) {
        let place = self.origin(value).unwrap_or(inherited);
        let faults = explain::eval(self.nickel, error, &self.path, self.files);
        self.faults.extend(explain::settle(faults, place));
    }

    fn fault(&mut self, kind: FaultKind, origin: Origin, message: String) {
        self.faults.push(Fault::new(kind, self.path.clone(), origin, message));
    }

    /// Applies the `check` of custom rules of a policy to every pipeline, and their `check_action` to every action, and tells after each rule what came of it.
    pub(super) fn judge(&mut self, judging: Judging<'_>, done: &mut impl FnMut(Vec<Verdict>, Vec<Fault>, &Files)) {
        let Judging { policy, contract, rules, models, whole } = judging;
        let contracts: Vec<RuntimeContract> = contract.into_iter().collect();
        let custom = self.eval_stripped(policy, &contracts, whole).and_then(|policy| self.enter(&policy, "custom", whole));
        for id in rules {
            self.left = (MOST_VALUES, MOST_TEXT);
            let rule = custom.as_ref().and_then(|custom| self.enter(custom, id, whole));
            let checks = [CHECK, CHECK_ACTION].map(|name| (name, rule.as_ref().and_then(|rule| unevaluated(rule, name))));
            let mut verdicts = Vec::new();
            for (pipeline, model) in models {
                let (name, check) = &checks[usize::from(action::is_action(pipeline))];
                let Some(check) = check else { continue };
                let applied = nickel_lang_core::mk_app!(check.clone(), model.clone());
                self.path = vec!["custom".to_owned(), id.clone(), (*name).to_owned()];
                let place = self.origin(check).unwrap_or(whole);
                let answer = self.node(applied, &[], place);
                self.path.clear();
                verdicts.push(Verdict { rule: id.clone(), pipeline: (*pipeline).to_owned(), answer });
            }
            done(verdicts, std::mem::take(&mut self.faults), self.files);
        }
    }

    /// A field's value, evaluated under the contracts that wait on it.
    fn enter(&mut self, record: &NickelValue, name: &str, whole: Origin) -> Option<NickelValue> {
        let field = record.as_record()?.into_opt()?.fields.get(&LocIdent::new(name))?.clone();
        let value = field.value?;
        self.eval_stripped(value, &field.pending_contracts, whole)
    }
}

/// A field's value under the contracts that wait on it, not evaluated: a function that were, would lose what it closes over.
fn unevaluated(record: &NickelValue, name: &str) -> Option<NickelValue> {
    record.as_record()?.into_opt()?.fields.get(&LocIdent::new(name))?.value_with_pending_contracts()
}

/// Whether a value is a record of several pipelines.
fn several(value: &NickelValue) -> bool {
    match value.as_record() {
        Some(Container::Alloc(record)) => pipeline::hold_pipelines(record.fields.keys().map(LocIdent::label)),
        _ => false,
    }
}

/// A rational number, printed as `3` or `3/2`, as the nearest double.
fn to_f64(printed: &str) -> f64 {
    let (over, under) = printed.split_once('/').unwrap_or((printed, "1"));
    over.parse::<f64>().unwrap_or(f64::NAN) / under.parse::<f64>().unwrap_or(1.0)
}
