//! The one macro of this crate: an enumeration whose members are codes of a FHIR value set, with words for people.

/// Declares an enumeration with `ALL`, `code()`, `words()` and `from_code()`. One line per member: name, code, words.
macro_rules! coded {
    ($(#[$meta:meta])* $name:ident { $($(#[$member_meta:meta])* $member:ident = $code:literal, $words:literal;)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$member_meta])* #[doc = $words] $member,)+ }

        impl $name {
            /// Every member, in the value set's order.
            pub const ALL: &'static [$name] = &[$($name::$member,)+];

            /// The code as exchanged.
            pub fn code(self) -> &'static str {
                match self { $($name::$member => $code,)+ }
            }

            /// The meaning in words, for people.
            pub fn words(self) -> &'static str {
                match self { $($name::$member => $words,)+ }
            }

            /// The member with this code, if there is one.
            pub fn from_code(code: &str) -> Option<$name> {
                match code { $($code => Some($name::$member),)+ _ => None }
            }
        }
    };
}

pub(crate) use coded;
