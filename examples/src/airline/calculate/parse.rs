//! Reading an expression and calculating it on the way.
//!
//! Python reads all of an expression before it calculates any of it. So a mistake in the writing is an error at once,
//! while a value that does not exist is carried on as an error in its place and comes out at the end.

use super::number::Number;
use super::token::{Token, syntax, tokens};

/// A value, or why there is none.
type Value = Result<Number, String>;
/// A value, if the writing is right.
type Parsed = Result<Value, String>;
type Operator = fn(Number, Number) -> Value;

/// How deep `a ** b ** c` may go: each power waits for the next one.
const MAX_POWERS: usize = 200;

/// The value of an expression.
pub(super) fn evaluate(expression: &str) -> Value {
    if expression.trim().is_empty() {
        return Err("invalid syntax (<string>, line 0)".to_owned());
    }
    let tokens = tokens(expression)?;
    let mut parser = Parser {
        tokens: &tokens,
        powers: 0,
        open: 0,
    };
    let value = parser.sum()?;
    if parser.tokens.is_empty() {
        value
    } else {
        Err(parser.misplaced())
    }
}

struct Parser<'a> {
    /// What was not read yet.
    tokens: &'a [Token],
    powers: usize,
    /// Parentheses that wait for their `)`.
    open: usize,
}

impl Parser<'_> {
    fn sum(&mut self) -> Parsed {
        self.chain(Self::product, |token| match token {
            Token::Plus => Some(Number::plus),
            Token::Minus => Some(Number::minus),
            _ => None,
        })
    }

    fn product(&mut self) -> Parsed {
        self.chain(Self::signed, |token| match token {
            Token::Times => Some(Number::times),
            Token::Divide => Some(Number::divided_by),
            Token::FloorDivide => Some(Number::floor_divided_by),
            _ => None,
        })
    }

    /// Operands of one precedence, from left to right.
    fn chain(
        &mut self,
        operand: fn(&mut Self) -> Parsed,
        operator: fn(Token) -> Option<Operator>,
    ) -> Parsed {
        let mut value = operand(self)?;
        while let Some(operator) = self.tokens.first().copied().and_then(operator) {
            self.skip();
            let right = operand(self)?;
            value = value.and_then(|left| operator(left, right?));
        }
        Ok(value)
    }

    fn signed(&mut self) -> Parsed {
        let mut negative = false;
        while let Some(sign @ (Token::Plus | Token::Minus)) = self.tokens.first() {
            negative ^= *sign == Token::Minus;
            self.skip();
        }
        let value = self.power()?;
        Ok(if negative {
            value.map(Number::negated)
        } else {
            value
        })
    }

    fn power(&mut self) -> Parsed {
        let base = self.called()?;
        if self.tokens.first() != Some(&Token::Power) {
            return Ok(base);
        }
        self.skip();
        self.powers += 1;
        if self.powers > MAX_POWERS {
            return Err("too many nested powers".to_owned());
        }
        let exponent = self.signed()?;
        self.powers -= 1;
        Ok(base.and_then(|base| base.to_the_power_of(exponent?)))
    }

    /// `2(3)` reads as a call of 2, which is found out only when it is calculated.
    fn called(&mut self) -> Parsed {
        let mut value = self.atom()?;
        while self.tokens.first() == Some(&Token::Open) {
            let argument = self.parenthesis()?;
            value = value.and_then(|callee| {
                argument.transpose()?;
                Err(format!("'{}' object is not callable", callee.kind()))
            });
        }
        Ok(value)
    }

    fn atom(&mut self) -> Parsed {
        match self.tokens.first() {
            Some(Token::Number(number)) => {
                let number = *number;
                self.skip();
                Ok(Ok(number))
            }
            Some(Token::Open) => Ok(match self.parenthesis()? {
                Some(value) => value,
                None => Err(
                    "float() argument must be a string or a real number, not 'tuple'".to_owned(),
                ),
            }),
            _ => Err(self.misplaced()),
        }
    }

    /// What is between `(` and `)`, if anything is.
    fn parenthesis(&mut self) -> Result<Option<Value>, String> {
        self.skip();
        self.open += 1;
        let value = match self.tokens.first() {
            Some(Token::Close) => None,
            _ => Some(self.sum()?),
        };
        match self.tokens.first() {
            Some(Token::Close) => {
                self.skip();
                self.open -= 1;
                Ok(value)
            }
            Some(Token::Number(_)) => Err(syntax("invalid syntax. Perhaps you forgot a comma?")),
            _ => Err(self.misplaced()),
        }
    }

    /// What is wrong with the next token, or with there being none.
    fn misplaced(&self) -> String {
        if self.tokens.is_empty() && self.open > 0 {
            return syntax("'(' was never closed");
        }
        syntax("invalid syntax")
    }

    fn skip(&mut self) {
        self.tokens = self.tokens.get(1..).unwrap_or_default();
    }
}
