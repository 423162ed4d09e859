::core::compile_error! {
    "`#[tool]` goes on an `async fn`"
}
pub struct Order {
    id: String,
}
