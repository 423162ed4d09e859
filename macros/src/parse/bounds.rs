//! `1..=100`: the bounds of a range or of a length, as written.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::parse::Parser as _;
use syn::punctuated::Punctuated;
use syn::{Expr, ExprUnary, Lit, MetaNameValue, RangeLimits, Token, UnOp};

/// The two ends of a range; an open one has no end there.
pub(crate) struct Bounds {
    pub(crate) min: Option<Bound>,
    pub(crate) max: Option<Bound>,
    /// `..` instead of `..=`: the upper end itself is outside.
    pub(crate) excludes_max: bool,
}

/// One end: a number, exactly.
pub(crate) struct Bound {
    /// The number as JSON writes it.
    pub(crate) json: String,
    /// Its value, for comparing.
    pub(crate) value: f64,
    /// Where it stands.
    pub(crate) tokens: TokenStream,
}

impl Bounds {
    /// Reads `a..=b`, `a..b`, `a..`, `..=b`, or one number that is both ends; or `min = a, max = b`.
    pub(super) fn parse(tokens: TokenStream) -> Option<Self> {
        Self::named(tokens.clone()).or_else(|| Self::range(tokens))
    }

    fn named(tokens: TokenStream) -> Option<Self> {
        let ends = Punctuated::<MetaNameValue, Token![,]>::parse_terminated
            .parse2(tokens)
            .ok()
            .filter(|ends| !ends.is_empty())?;
        let (mut min, mut max) = (None, None);
        for end in ends {
            let slot = match () {
                () if end.path.is_ident("min") => &mut min,
                () if end.path.is_ident("max") => &mut max,
                () => return None,
            };
            if slot.replace(Bound::of(&end.value)?).is_some() {
                return None;
            }
        }
        Some(Self {
            min,
            max,
            excludes_max: false,
        })
    }

    fn range(tokens: TokenStream) -> Option<Self> {
        let range = match syn::parse2(tokens) {
            Ok(Expr::Range(range)) => range,
            Ok(single) => {
                return Some(Self {
                    min: Some(Bound::of(&single)?),
                    max: Some(Bound::of(&single)?),
                    excludes_max: false,
                });
            }
            Err(_) => return None,
        };
        let bound = |end: &Option<Box<Expr>>| match end {
            None => Some(None),
            Some(end) => Bound::of(end).map(Some),
        };
        let (min, max) = (bound(&range.start)?, bound(&range.end)?);
        if min.is_none() && max.is_none() {
            return None;
        }
        Some(Self {
            min,
            max,
            excludes_max: matches!(range.limits, RangeLimits::HalfOpen(_)),
        })
    }
}

impl Bound {
    fn of(expr: &Expr) -> Option<Self> {
        let (is_negative, literal) = match expr {
            Expr::Unary(ExprUnary {
                op: UnOp::Neg(_),
                expr,
                ..
            }) => (true, &**expr),
            other => (false, other),
        };
        let Expr::Lit(literal) = literal else {
            return None;
        };
        let digits = match &literal.lit {
            Lit::Int(number) => number.base10_digits().to_owned(),
            // `1.` and `1e3` are numbers of Rust that JSON spells otherwise.
            Lit::Float(number) => number.base10_parse::<f64>().ok()?.to_string(),
            _ => return None,
        };
        let sign = if is_negative && digits != "0" {
            "-"
        } else {
            ""
        };
        let json = format!("{sign}{digits}");
        Some(Self {
            value: json.parse().ok().filter(|value: &f64| value.is_finite())?,
            json,
            tokens: expr.to_token_stream(),
        })
    }
}
