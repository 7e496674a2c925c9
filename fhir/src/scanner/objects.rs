//! Objects and arrays: which members there may be, how often, and of what shape.

use super::report::{Place, short};
use super::tape::{Kind, NO_INDEX};
use super::{Scan, Scanner, suggest};
use crate::issue::IssueCode;
use crate::tables::{Required, Ty, TypeKind};
use std::borrow::Cow;

/// More members than any type has (the widest, ElementDefinition, has some 270).
const WIDEST: usize = 384;

/// Which members an object has shown so far.
struct Seen {
    plain: [u64; WIDEST / 64],
    shadow: [u64; WIDEST / 64],
    /// The first member seen of each choice, counted from 1.
    choices: [u16; 16],
    resource_type: bool,
    /// Some primitive is null or has a shadow, so pairs must be looked at.
    pairs: bool,
}

impl Seen {
    fn new() -> Self {
        Self {
            plain: [0; WIDEST / 64],
            shadow: [0; WIDEST / 64],
            choices: [0; 16],
            resource_type: false,
            pairs: false,
        }
    }

    /// Marks a member; whether it had been seen.
    fn mark(&mut self, place: usize, shadow: bool) -> bool {
        let bits = if shadow { &mut self.shadow } else { &mut self.plain };
        let Some(word) = bits.get_mut(place / 64) else {
            return false;
        };
        let bit = 1_u64 << (place % 64);
        let seen = *word & bit != 0;
        *word |= bit;
        seen
    }

    fn has(&self, place: usize) -> bool {
        let bit = 1_u64 << (place % 64);
        let has = |bits: &[u64]| bits.get(place / 64).is_some_and(|word| word & bit != 0);
        has(&self.plain) || has(&self.shadow)
    }
}

impl Scanner<'_> {
    /// Reads an object of the type that `place` names; we are at its `{`.
    pub(super) fn object(&mut self, place: Place) -> Scan<u32> {
        self.check_depth(0)?;
        let node = self.push(Kind::Object, self.at, 0, place);
        self.open.push(node);
        self.at += 1;
        let mut seen = Seen::new();
        self.space();
        if self.peek() == b'}' {
            self.note_here(
                IssueCode::Structure,
                "an object may not be empty; leave the element out instead",
            )?;
        } else {
            loop {
                self.member(place, &mut seen)?;
                self.space();
                if self.peek() != b',' {
                    break;
                }
                self.at += 1;
                self.space();
            }
        }
        self.expect(b'}', "`,` or `}`")?;
        let end = self.tape.len() as u32;
        let held = &mut self.tape[node as usize];
        held.end = self.at as u32;
        held.next = end;
        self.check_required(place.ty, &seen)?;
        if seen.pairs {
            self.check_pairs(node)?;
        }
        self.check_object(node, place)?;
        self.open.pop();
        Ok(node)
    }

    /// Reads one name and its value.
    fn member(&mut self, place: Place, seen: &mut Seen) -> Scan<()> {
        if self.peek() != b'"' {
            return self.unexpected("a name in double quotes");
        }
        let (start, end, escaped) = self.string()?;
        let text = self.text;
        let raw = &text[start..end];
        let key: Cow<'_, str> = if escaped {
            crate::text::unescape(raw)
        } else {
            Cow::Borrowed(raw)
        };
        self.space();
        self.expect(b':', "`:`")?;
        self.space();
        if key == "resourceType" && self.tables.types[usize::from(place.ty)].kind == TypeKind::Resource {
            if std::mem::replace(&mut seen.resource_type, true) {
                self.note_child(
                    IssueCode::Structure,
                    &key,
                    "resourceType stands here twice; a name may stand once in an object",
                )?;
            }
            return self.resource_type_member();
        }
        let (name, shadow) = match key.strip_prefix('_') {
            Some(name) => (name, true),
            None => (&*key, false),
        };
        let found = self.tables.member(place.ty, name).filter(|number| {
            let member = &self.tables.members[usize::from(*number)];
            !shadow || matches!(member.ty, Ty::Primitive(_))
        });
        let Some(number) = found else {
            self.unknown_member(place.ty, &key)?;
            return self.skip_value();
        };
        let member = &self.tables.members[usize::from(number)];
        let local = usize::from(number - self.tables.types[usize::from(place.ty)].first);
        if seen.mark(local, shadow) {
            let text = format!(
                "{} stands here twice; a name may stand once in an object",
                short(&key)
            );
            self.note_child(IssueCode::Structure, &key, &text)?;
            return self.skip_value();
        }
        if member.banned {
            let text = format!("{} may not be used here", member.name);
            self.note_child(IssueCode::Structure, &key, &text)?;
            return self.skip_value();
        }
        if let Some(slot) = seen
            .choices
            .get_mut(usize::from(member.choice))
            .filter(|_| member.choice > 0)
        {
            let other = std::mem::replace(slot, number + 1);
            if other != 0 && other != number + 1 {
                let text = format!(
                    "{} and {} both give a value for {}[x]; only one may be present",
                    self.tables.members[usize::from(other) - 1].name,
                    member.name,
                    member.element
                );
                self.note_child(IssueCode::Structure, member.element, &text)?;
            }
        }
        seen.pairs |= self.member_value(number, shadow)?;
        Ok(())
    }

    #[cold]
    fn unknown_member(&mut self, ty: u16, key: &str) -> Scan<()> {
        let ty = (
            self.tables.types[usize::from(ty)].name,
            self.tables.members_of(ty),
        );
        let bare = key.strip_prefix('_').unwrap_or(key);
        let text = match suggest::nearest(bare, ty.1.iter().map(|member| member.name)) {
            Some(name) if name == bare => {
                format!(
                    "{} does not exist: `{name}` is no primitive, so nothing may be said beside it; put the extension inside it",
                    short(key)
                )
            }
            Some(name) => format!("{} has no element `{}`; did you mean `{name}`?", ty.0, short(key)),
            None => format!("{} has no element `{}` in FHIR R4", ty.0, short(key)),
        };
        self.note_child(IssueCode::Structure, key, &text)
    }

    /// Reads the value of a member, single or array. True when nulls or shadows call for a look at the pairs.
    fn member_value(&mut self, number: u16, shadow: bool) -> Scan<bool> {
        let member = &self.tables.members[usize::from(number)];
        match (member.many, self.peek()) {
            (true, b'[') => self.array(number, shadow),
            (true, _) => {
                let text = format!("{} may repeat, so JSON gives it as an array: [ … ]", member.name);
                self.note_child(IssueCode::Structure, member.element, &text)?;
                self.skip_value()?;
                Ok(false)
            }
            (false, b'[') => {
                let text = format!(
                    "{} stands once: a single value is expected, not an array",
                    member.name
                );
                self.note_child(IssueCode::Structure, member.element, &text)?;
                self.skip_value()?;
                Ok(false)
            }
            (false, _) => {
                self.value(number, shadow, NO_INDEX)?;
                Ok(shadow)
            }
        }
    }

    fn array(&mut self, number: u16, shadow: bool) -> Scan<bool> {
        self.check_depth(0)?;
        let place = Place {
            member: number,
            index: NO_INDEX,
            ty: 0,
            shadow,
        };
        let node = self.push(Kind::Array, self.at, 0, place);
        self.open.push(node);
        self.at += 1;
        self.space();
        let mut nulls = false;
        if self.peek() == b']' {
            self.note_here(
                IssueCode::Structure,
                "an array may not be empty; leave the element out instead",
            )?;
        } else {
            let primitive = matches!(self.tables.members[usize::from(number)].ty, Ty::Primitive(_));
            let mut index = 0;
            loop {
                self.space();
                if self.peek() == b'n' && primitive {
                    let start = self.at;
                    let kind = self.literal()?;
                    self.push(
                        kind,
                        start,
                        self.at,
                        Place {
                            member: number,
                            index,
                            ty: 0,
                            shadow,
                        },
                    );
                    nulls = true;
                } else {
                    self.value(number, shadow, index)?;
                }
                index += 1;
                self.space();
                if self.peek() != b',' {
                    break;
                }
                self.at += 1;
            }
        }
        self.expect(b']', "`,` or `]`")?;
        let end = self.tape.len() as u32;
        let held = &mut self.tape[node as usize];
        held.end = self.at as u32;
        held.next = end;
        self.open.pop();
        Ok(nulls || shadow)
    }

    /// Reads one value: the member's own, or an item of its array.
    fn value(&mut self, number: u16, shadow: bool, index: u32) -> Scan<()> {
        let member = &self.tables.members[usize::from(number)];
        let ty = match member.ty {
            Ty::Primitive(_) if shadow => self.tables.known.element,
            Ty::Primitive(primitive) => return self.primitive(primitive, number, index),
            Ty::Complex(ty) => ty,
            Ty::AnyResource if self.peek() == b'{' => return self.resource(number, index),
            Ty::AnyResource => 0,
        };
        if self.peek() == b'{' {
            self.object(Place {
                member: number,
                index,
                ty,
                shadow,
            })?;
            return Ok(());
        }
        let text = format!(
            "{} is an object: `{{ … }}` was expected{}",
            member.name,
            self.instead()
        );
        self.note_child(IssueCode::Structure, member.element, &text)?;
        self.skip_value()
    }

    /// What stands at hand instead of what was expected.
    pub(super) fn instead(&self) -> &'static str {
        match self.peek() {
            b'{' => ", not an object",
            b'[' => ", not an array",
            b'"' => ", not a string",
            b'n' => ", not null; leave the element out instead",
            b't' | b'f' => ", not true or false",
            b'-' | b'0'..=b'9' => ", not a number",
            _ => "",
        }
    }

    fn check_required(&mut self, ty: u16, seen: &Seen) -> Scan<()> {
        let tables = self.tables;
        for required in &tables.types[usize::from(ty)].required {
            let missing = match *required {
                Required::Member(place) => (!seen.has(usize::from(place))).then_some(usize::from(place)),
                Required::Choice(choice) if seen.choices[usize::from(choice).min(15)] != 0 => None,
                Required::Choice(choice) => tables.members_of(ty).iter().position(|m| m.choice == choice),
            };
            let Some(member) = missing.and_then(|place| tables.members_of(ty).get(place)) else {
                continue;
            };
            let name = tables.types[usize::from(ty)].name;
            if name == "Questionnaire.item" && member.name == "linkId" && self.is_display_item() {
                continue;
            }
            let text = if member.choice > 0 {
                format!(
                    "{name}.{}[x] is required, with the type in its name, such as `{}`",
                    member.element, member.name
                )
            } else {
                format!("{name}.{} is required", member.name)
            };
            self.note_child(IssueCode::Required, member.element, &text)?;
        }
        Ok(())
    }

    /// A Questionnaire's item that only shows text: nothing answers it, and published examples give it no linkId.
    fn is_display_item(&self) -> bool {
        let node = self.open.last().copied().unwrap_or(0);
        self.view()
            .text_of(node, "type")
            .is_some_and(|kind| kind == "display")
    }

    /// Primitive arrays and their shadows: as long as each other, and never null in both.
    fn check_pairs(&mut self, object: u32) -> Scan<()> {
        let mut arrays = Vec::new();
        let mut at = object + 1;
        let end = self.tape[object as usize].next;
        while at < end {
            let node = self.tape[at as usize];
            if node.kind == Kind::Array {
                arrays.push((node.member, node.shadow, at));
            }
            at = node.next;
        }
        for &(member, shadow, at) in &arrays {
            let other = arrays
                .iter()
                .find(|entry| entry.0 == member && entry.1 != shadow)
                .map(|entry| entry.2);
            let (own, partner) = (self.nulls(at), other.map(|other| self.nulls(other)));
            if let Some(partner) = &partner
                && partner.len() != own.len()
                && !shadow
            {
                let name = self.tables.members[usize::from(member)].name;
                let text =
                    format!("{name} and _{name} must have as many items as each other; fill up with null");
                self.note_at(IssueCode::Structure, at, &text)?;
                continue;
            }
            let lonely = own.iter().enumerate().find(|(place, null)| {
                **null
                    && partner
                        .as_ref()
                        .is_none_or(|partner| partner.get(*place).copied().unwrap_or(true))
            });
            // A shadow alone may be null where the value stands; alone without an array it may not be all null.
            let all_null = shadow && other.is_none() && own.iter().all(|null| *null);
            if all_null || (lonely.is_some() && (!shadow || other.is_some())) {
                let text =
                    "null may stand in an array only where the other array (`_name` or `name`) has something";
                self.note_at(IssueCode::Structure, at, text)?;
            }
        }
        Ok(())
    }

    /// Which items of an array are null.
    fn nulls(&self, array: u32) -> Vec<bool> {
        let tape = self.view();
        tape.children(array)
            .map(|at| tape.node(at).kind == Kind::Null)
            .collect()
    }
}
