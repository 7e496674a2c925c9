//! Who may know and do what: the rules as functions of facts.

pub mod scope;
