//! The token tape: what the scanner leaves behind for all who read the document.

use crate::text::unescape;
use std::borrow::Cow;

/// `Node::member` of the root and of array items that belong to no member.
pub(crate) const NO_MEMBER: u16 = u16::MAX;
/// `Node::member` of `resourceType`.
pub(crate) const RESOURCE_TYPE: u16 = u16::MAX - 1;
/// `Node::index` of what is not an array item.
pub(crate) const NO_INDEX: u32 = u32::MAX;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Object,
    Array,
    String,
    /// A string with escapes.
    Escaped,
    Number,
    True,
    False,
    Null,
}

/// One JSON value. Children follow their parent; `next` is the place after the last of them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Node {
    /// First byte of the value.
    pub(crate) start: u32,
    /// The byte after the value.
    pub(crate) end: u32,
    pub(crate) next: u32,
    /// Place in the array it is an item of, else [`NO_INDEX`].
    pub(crate) index: u32,
    /// Number of the member it is a value of (items carry their array's).
    pub(crate) member: u16,
    /// Type of an object.
    pub(crate) ty: u16,
    pub(crate) kind: Kind,
    /// Value of `_name`: the id and extensions of a primitive.
    pub(crate) shadow: bool,
}

/// Reading access to a tape.
#[derive(Clone, Copy)]
pub(crate) struct Tape<'d> {
    pub(crate) nodes: &'d [Node],
    pub(crate) text: &'d str,
}

impl<'d> Tape<'d> {
    pub(crate) fn node(self, at: u32) -> &'d Node {
        &self.nodes[at as usize]
    }

    /// The children of a container.
    pub(crate) fn children(self, at: u32) -> Children<'d> {
        Children {
            tape: self,
            at: at + 1,
            end: self.node(at).next,
        }
    }

    /// The values of one member: the value itself, or the items of its array.
    pub(crate) fn values(self, object: u32, member: u16) -> Children<'d> {
        for at in self.children(object) {
            let node = self.node(at);
            if node.member == member && !node.shadow {
                return match node.kind {
                    Kind::Array => self.children(at),
                    _ => Children {
                        tape: self,
                        at,
                        end: node.next,
                    },
                };
            }
        }
        Children {
            tape: self,
            at: 0,
            end: 0,
        }
    }

    /// The child with this JSON name.
    pub(crate) fn child(self, object: u32, name: &str) -> Option<u32> {
        let node = self.node(object);
        if node.kind != Kind::Object {
            return None;
        }
        let member = crate::tables::get().member(node.ty, name)?;
        self.children(object).find(|at| {
            let node = self.node(*at);
            node.member == member && !node.shadow
        })
    }

    /// A string's value.
    pub(crate) fn string(self, at: u32) -> Option<Cow<'d, str>> {
        let node = self.node(at);
        let raw = || &self.text[node.start as usize + 1..node.end as usize - 1];
        match node.kind {
            Kind::String => Some(Cow::Borrowed(raw())),
            Kind::Escaped => Some(unescape(raw())),
            Kind::Object | Kind::Array | Kind::Number | Kind::True | Kind::False | Kind::Null => None,
        }
    }

    /// A primitive's value as text: strings unescaped, all else as it stands.
    pub(crate) fn primitive(self, at: u32) -> Option<Cow<'d, str>> {
        let node = self.node(at);
        match node.kind {
            Kind::String | Kind::Escaped => self.string(at),
            Kind::Number | Kind::True | Kind::False => {
                Some(Cow::Borrowed(&self.text[node.start as usize..node.end as usize]))
            }
            Kind::Object | Kind::Array | Kind::Null => None,
        }
    }

    /// The string value of the child with this name.
    pub(crate) fn text_of(self, object: u32, name: &str) -> Option<Cow<'d, str>> {
        self.primitive(self.child(object, name)?)
    }
}

/// Places of siblings.
#[derive(Clone)]
pub(crate) struct Children<'d> {
    tape: Tape<'d>,
    at: u32,
    end: u32,
}

impl Iterator for Children<'_> {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        if self.at >= self.end {
            return None;
        }
        let at = self.at;
        self.at = self.tape.node(at).next;
        Some(at)
    }
}
