//! The links of a page to the pages beside it, as all products have them.

use rubank_core::personal::Personal;
use rubank_core::{model, open_enum};

open_enum! {
    /// How a link relates to its page (`rel`).
    pub enum Rel {
        /// The page after it.
        Next = "next",
        /// The page before it.
        Prev = "prev",
    }
}

model! {
    /// A link of a page to another. It is never followed: at most the number of the page is taken from it. Documented for
    /// statements; in other products its type is not documented.
    #[derive(Eq)]
    pub struct Link {
        /// Absolute or relative; the example is a bare query. An account number may stand in it. Its type is documented for
        /// statements only.
        pub href: Option<Personal<String>> = "href",
        /// What it leads to. The end of a list is the absence of `next`. Its type is documented for statements only.
        pub rel: Option<Rel> = shown "rel",
    }
}
