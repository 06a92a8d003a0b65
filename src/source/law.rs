//! Values under contracts of the usual forms, judged without having Nickel apply them; everything that is refused, Nickel refuses.

use nickel_lang_core::eval::value::NickelValue;
use nickel_lang_core::identifier::LocIdent;
use nickel_lang_core::term::RuntimeContract;

use super::walk::{Keys, Walk};
use super::{Node, Value, held, shape};
use crate::origin::Origin;

impl Walk<'_> {
    /// A value under its contracts; none if Nickel has to apply them.
    pub(super) fn lawful(
        &mut self,
        value: &NickelValue,
        contracts: &[RuntimeContract],
        written: Option<Origin>,
        inherited: Origin,
    ) -> Option<Node> {
        match self.laws(contracts)?.as_slice() {
            [law] if held::is_scalar(law) => self.scalar(value, law, contracts, written, inherited),
            laws => self.shaped(value, laws, written, inherited),
        }
    }

    /// Contracts evaluated, each once; none if one of them does not evaluate.
    fn laws(&mut self, contracts: &[RuntimeContract]) -> Option<Vec<NickelValue>> {
        let mut laws: Vec<NickelValue> = Vec::with_capacity(contracts.len());
        for contract in contracts {
            let law = self.eval(contract.contract.clone()).ok()?;
            if !laws.iter().any(|known| known.phys_eq(&law)) {
                laws.push(law);
            }
        }
        Some(laws)
    }

    /// A small value under a contract that judges it as a whole.
    fn scalar(
        &mut self,
        value: &NickelValue,
        law: &NickelValue,
        contracts: &[RuntimeContract],
        written: Option<Origin>,
        inherited: Origin,
    ) -> Option<Node> {
        if !held::is_small(&self.eval(value.clone()).ok()?) {
            return None;
        }
        let (faults, left) = (self.faults.len(), self.left);
        let bare = self.merged(value.clone(), &[], written, inherited);
        let sound = self.faults.len() == faults;
        let key = held::key(&bare).filter(|_| sound);
        if key.as_deref().is_some_and(|key| self.nickel.held.knows(law, key)) {
            return Some(bare);
        }
        self.faults.truncate(faults);
        self.left = left;
        let judged = self.merged(value.clone(), contracts, written, inherited);
        match key {
            // What is told of a value may not depend on what was judged before it, so it is the same here as above.
            Some(key) if self.faults.len() == faults && held::key(&judged).as_deref() == Some(key.as_slice()) => {
                self.nickel.held.learn(law, key);
                Some(bare)
            }
            _ => Some(judged),
        }
    }

    /// A record under contracts that can be held against it field by field.
    fn shaped(&mut self, value: &NickelValue, laws: &[NickelValue], written: Option<Origin>, inherited: Origin) -> Option<Node> {
        let shapes = shape::shapes(laws)?;
        let found = self.eval(value.clone()).ok()?;
        let mut record = shape::subject(&found)?;
        let origin = self.origin(&found).or(written).unwrap_or(inherited);
        let extra = shape::extra(&record, &shapes);
        if !extra.is_empty() {
            let names: Vec<&str> = shapes.iter().flat_map(|shape| shape.fields.keys().map(LocIdent::label)).collect();
            self.set_aside(&mut record, &extra, &names, origin);
        }
        let fields = self.fields(shape::fit(record, &shapes), None, &Keys::new(), origin);
        Some(Node { value: Value::Record(fields), origin })
    }
}
