//! What a broken declaration becomes: its errors, the function itself, and a stub, so that the uses of the tool do not
//! fail a second time and an editor still knows the function.

use proc_macro2::TokenStream;
use quote::quote;

use super::{function, local};
use crate::parse::Spelled;

pub(super) fn expand(spelled: &Spelled, error: &syn::Error) -> TokenStream {
    let error = error.to_compile_error();
    let function = function(&spelled.function);
    let sig = &spelled.function.sig;
    if spelled.function.has_receiver() {
        // Inside an `impl` block, where no other item may stand.
        return quote!(#error #function);
    }
    let krate = spelled.attr.krate();
    let (vis, ident) = (&spelled.function.vis, &sig.ident);
    let call = local("call");
    let cfgs = spelled.function.attrs_named(&["cfg"]);
    quote! {
        #error
        #function
        #(#cfgs)*
        #[doc(hidden)]
        #[allow(non_camel_case_types, dead_code, unreachable_pub, clippy::exhaustive_structs)]
        #vis struct #ident {}
        #(#cfgs)*
        const _: () = {
            use #krate::__private as __tw;
            impl __tw::Tool for #ident {
                type Output = __tw::Never;
                const SPEC: __tw::ToolSpec = __tw::spec("", "");
                async fn call(#call: __tw::Call) -> __tw::Reply {
                    __tw::never(#call)
                }
            }
        };
    }
}
