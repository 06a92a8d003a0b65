//! Record contracts held against records field by field.
//!
//! Nickel applies a record contract by merging it over the record, which copies every field that the contract knows, written or
//! not. A contract whose fields have no values adds nothing by that but what is done here, in a fraction of the time: its fields'
//! contracts wait on the record's fields, a field it does not know is refused, one that it requires is missed.

use nickel_lang_core::eval::value::{Container, NickelValue};
use nickel_lang_core::identifier::LocIdent;
use nickel_lang_core::term::RuntimeContract;
use nickel_lang_core::term::record::{Field, RecordData};

/// The records of contracts that may be held against a record here, each evaluated; none if Nickel has to.
pub(super) fn shapes(contracts: &[NickelValue]) -> Option<Vec<&RecordData>> {
    contracts.iter().map(shape).collect()
}

fn shape(contract: &NickelValue) -> Option<&RecordData> {
    let record = contract.as_record()?.into_opt()?;
    let plain = |field: &Field| field.value.is_none() && !field.metadata.not_exported();
    (record.sealed_tail.is_none() && record.fields.values().all(plain)).then_some(record)
}

/// The record that a value is, if contracts may be held against it here.
pub(super) fn subject(value: &NickelValue) -> Option<RecordData> {
    let record = match value.as_record()? {
        Container::Empty => RecordData::empty(),
        Container::Alloc(record) => record.clone(),
    };
    record.sealed_tail.is_none().then_some(record)
}

/// The names of fields that one of the shapes does not let pass.
pub(super) fn extra(record: &RecordData, shapes: &[&RecordData]) -> Vec<String> {
    let unknown = |id: &LocIdent| shapes.iter().any(|shape| !shape.attrs.open && !shape.fields.contains_key(id));
    let written = record.fields.iter().filter(|(_, field)| !field.is_empty_optional());
    written.filter(|(id, _)| unknown(id)).map(|(id, _)| id.label().to_owned()).collect()
}

/// The record with the shapes' contracts on its fields, and after them the fields that only a shape knows.
pub(super) fn fit(mut record: RecordData, shapes: &[&RecordData]) -> RecordData {
    for shape in shapes {
        for (id, known) in &shape.fields {
            match record.fields.get_mut(id) {
                Some(field) => {
                    wait(&mut field.pending_contracts, &known.pending_contracts);
                    if field.is_empty_optional() {
                        field.metadata = known.metadata.clone();
                    }
                }
                None if known.metadata.opt() => {}
                None => {
                    record.fields.insert(*id, known.clone());
                }
            }
        }
    }
    record
}

/// Adds contracts to those that wait, each once.
fn wait(waiting: &mut Vec<RuntimeContract>, contracts: &[RuntimeContract]) {
    for contract in contracts {
        if !waiting.iter().any(|known| known.contract.phys_eq(&contract.contract)) {
            waiting.push(contract.clone());
        }
    }
}
