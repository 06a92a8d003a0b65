//! Comparisons of what is known with what is not.

use std::cmp::Ordering;

use github_actions_expressions::Evaluation;
use github_actions_expressions::op::BinOp;

use super::possible::{Possible, Shape};

/// Every answer that a comparison may give.
pub(super) fn all(op: &BinOp, left: &Possible, right: &Possible) -> Possible {
    let mut found = Possible::default();
    for one in left.shapes() {
        for other in right.shapes() {
            match answer(op, one, other) {
                Some(answer) => found.extend([Shape::flag(answer)]),
                None => return [true, false].into_iter().map(Shape::flag).collect(),
            }
        }
    }
    found
}

/// The answer, if there is only one.
fn answer(op: &BinOp, left: &Shape, right: &Shape) -> Option<bool> {
    match (left, right) {
        (Shape::This(left), Shape::This(right)) => known(op, left, right),
        (open, Shape::This(Evaluation::String(text))) | (Shape::This(Evaluation::String(text)), open) => {
            // A text that is no number is equal to nothing but itself; one that is may be equal to a number.
            let differs = (is_plain(text) || matches!(open, Shape::Like(..))) && !open.may_be(text);
            match op {
                BinOp::Eq if differs => Some(false),
                BinOp::Neq if differs => Some(true),
                _ => None,
            }
        }
        _ => None,
    }
}

/// Whether a text is one that no value but a text is equal to.
pub(super) fn is_plain(text: &str) -> bool {
    text.is_ascii() && Evaluation::String(text.to_owned()).as_number().is_nan()
}

fn known(op: &BinOp, left: &Evaluation, right: &Evaluation) -> Option<bool> {
    let deep = |value: &Evaluation| matches!(value, Evaluation::Array(_) | Evaluation::Object(_));
    // Lists are equal only if they are the same one, and how letters other than ASCII are told apart is the runtime's business.
    if deep(left) && deep(right) {
        return None;
    }
    if let (Evaluation::String(left), Evaluation::String(right)) = (left, right)
        && !(left.is_ascii() && right.is_ascii())
        && left != right
    {
        return None;
    }
    let order = left.sema().partial_cmp(&right.sema());
    Some(match op {
        BinOp::Eq => left.sema() == right.sema(),
        BinOp::Neq => left.sema() != right.sema(),
        BinOp::Lt => order == Some(Ordering::Less),
        BinOp::Le => matches!(order, Some(Ordering::Less | Ordering::Equal)),
        BinOp::Gt => order == Some(Ordering::Greater),
        BinOp::Ge => matches!(order, Some(Ordering::Greater | Ordering::Equal)),
        BinOp::And | BinOp::Or => return None,
    })
}
