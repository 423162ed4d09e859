//! An expression as a row of tokens.

use super::number::Number;

/// The smallest parts of an expression.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Token {
    Number(Number),
    Plus,
    Minus,
    Times,
    Divide,
    FloorDivide,
    Power,
    Open,
    Close,
    /// A point without digits, which has no place anywhere.
    Point,
}

/// Where Python's own tokenizer stops.
const MAX_OPEN: usize = 200;

/// Splits an expression that holds nothing but digits, `+-*/().` and spaces.
pub(super) fn tokens(expression: &str) -> Result<Vec<Token>, String> {
    let bytes = expression.as_bytes();
    let (mut tokens, mut open, mut at) = (Vec::new(), 0_usize, 0);
    while let Some(&byte) = bytes.get(at) {
        let next = bytes.get(at + 1).copied();
        let (token, length) = match byte {
            b'+' => (Token::Plus, 1),
            b'-' => (Token::Minus, 1),
            b'*' if next == Some(b'*') => (Token::Power, 2),
            b'*' => (Token::Times, 1),
            b'/' if next == Some(b'/') => (Token::FloorDivide, 2),
            b'/' => (Token::Divide, 1),
            b'(' => {
                open += 1;
                if open > MAX_OPEN {
                    return Err(syntax("too many nested parentheses"));
                }
                (Token::Open, 1)
            }
            b')' => {
                open = open.checked_sub(1).ok_or_else(|| syntax("unmatched ')'"))?;
                (Token::Close, 1)
            }
            b'.' | b'0'..=b'9' => {
                let literal = literal(&expression[at..]);
                (number(literal)?, literal.len())
            }
            _ => {
                at += 1;
                continue;
            }
        };
        tokens.push(token);
        at += length;
    }
    Ok(tokens)
}

/// A mistake in the writing of an expression, in Python's words.
pub(super) fn syntax(problem: &str) -> String {
    format!("{problem} (<string>, line 1)")
}

/// Digits with at most one point.
fn literal(text: &str) -> &str {
    let mut point = false;
    let end = text
        .bytes()
        .position(|byte| match byte {
            b'0'..=b'9' => false,
            b'.' => std::mem::replace(&mut point, true),
            _ => true,
        })
        .unwrap_or(text.len());
    &text[..end]
}

fn number(literal: &str) -> Result<Token, String> {
    if literal.contains('.') {
        return Ok(literal
            .parse()
            .map_or(Token::Point, |value| Token::Number(Number::Float(value))));
    }
    let significant = literal.trim_start_matches('0');
    if !significant.is_empty() && significant.len() < literal.len() {
        return Err(syntax(
            "leading zeros in decimal integer literals are not permitted; use an 0o prefix for octal integers",
        ));
    }
    Ok(Token::Number(match literal.parse() {
        Ok(value) => Number::Int(value),
        Err(_) => Number::Large(literal.parse().unwrap_or(f64::INFINITY)),
    }))
}
