//! The words of a condition, put together: `!` binds before comparisons, these before `&&`, that before `||`.

use super::lexer::{Kind, Word, problem};
use super::{Expression, Operator, Problem};

/// The condition that words make; `end` is the byte after the last of them.
pub(super) fn parse(words: &[Word], end: usize) -> Result<Expression, Problem> {
    let mut parser = Parser { words, next: 0, end };
    let whole = parser.any()?;
    match parser.peek() {
        None => Ok(whole),
        Some(Kind::Close) => Err(problem(parser.place(), "remove this parenthesis: none is open")),
        Some(_) => Err(problem(parser.place(), "write an operator between the two: ==, !=, =~, !~, && or ||")),
    }
}

/// No deeper than there are words, and those are counted.
struct Parser<'a> {
    words: &'a [Word],
    next: usize,
    end: usize,
}

impl Parser<'_> {
    fn peek(&self) -> Option<&Kind> {
        self.words.get(self.next).map(|word| &word.kind)
    }

    fn place(&self) -> usize {
        self.words.get(self.next).map_or(self.end, |word| word.start)
    }

    fn take(&mut self, kind: &Kind) -> bool {
        let found = self.peek() == Some(kind);
        self.next += usize::from(found);
        found
    }

    fn any(&mut self) -> Result<Expression, Problem> {
        let mut left = self.all()?;
        while self.take(&Kind::Or) {
            left = Expression::Any(Box::new(left), Box::new(self.all()?));
        }
        Ok(left)
    }

    fn all(&mut self) -> Result<Expression, Problem> {
        let mut left = self.compared()?;
        while self.take(&Kind::And) {
            left = Expression::All(Box::new(left), Box::new(self.compared()?));
        }
        Ok(left)
    }

    fn compared(&mut self) -> Result<Expression, Problem> {
        let mut left = self.one()?;
        while let Some(&Kind::Compare(operator)) = self.peek() {
            self.next += 1;
            let place = self.place();
            let right = self.one()?;
            if matches!(operator, Operator::Matches | Operator::Differs) && matches!(right, Expression::Flag(_)) {
                return Err(problem(place, "write a pattern between slashes here"));
            }
            left = Expression::Compare(Box::new(left), operator, Box::new(right));
        }
        Ok(left)
    }

    fn one(&mut self) -> Result<Expression, Problem> {
        let place = self.place();
        match self.peek() {
            Some(Kind::Value(value)) => {
                let value = value.clone();
                self.next += 1;
                Ok(value)
            }
            Some(Kind::Not) => {
                self.next += 1;
                Ok(Expression::Not(Box::new(self.one()?)))
            }
            Some(Kind::Open) => {
                self.next += 1;
                let inner = self.any()?;
                if !self.take(&Kind::Close) {
                    return Err(problem(self.place(), "close the parenthesis"));
                }
                Ok(inner)
            }
            Some(Kind::Close | Kind::And | Kind::Or | Kind::Compare(_)) => {
                Err(problem(place, "write a variable, a text or a pattern before this"))
            }
            None => Err(problem(place, "write a variable, a text or a pattern here")),
        }
    }
}
