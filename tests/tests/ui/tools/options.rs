//! Options on the block.

use toolwright::tools;

/// A shop.
pub struct A;

#[tools(ttl = "5m", shared)]
impl A {
    /// Look up one order.
    #[tool]
    pub async fn an_option_of_one_tool(&self) -> u32 {
        1
    }
}

/// A shop.
pub struct B;

#[tools(crat = ::toolwright, colour = "red")]
impl B {
    /// Look up one order.
    #[tool]
    pub async fn unknown(&self) -> u32 {
        1
    }
}

/// A shop.
pub struct C;

#[tools(crate = "toolwright")]
impl C {
    /// Look up one order.
    #[tool]
    pub async fn a_string(&self) -> u32 {
        1
    }
}

/// A shop.
pub struct D;

#[tools(crate = ::toolwright, crate = ::toolwright)]
impl D {
    /// Look up one order.
    #[tool]
    pub async fn twice(&self) -> u32 {
        1
    }
}

/// A shop.
pub struct E;

#[tools]
impl E {
    /// Look up one order.
    #[tool(crate = ::toolwright)]
    pub async fn on_a_tool(&self) -> u32 {
        1
    }
}

fn main() {}
