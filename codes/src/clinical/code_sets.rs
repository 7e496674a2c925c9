//! Lists of codes, each for a member of a published table: a deficit of an index, a condition of a score. A region loads the
//! lists it is licensed for with the same reader as ours.

use std::collections::HashMap;

use crate::clinical::icd10::Icd10;
use crate::snomed_ct::{self, NotAConcept};
use crate::system;

/// A code system in which members may be listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum System {
    /// SNOMED CT concepts, matched exactly.
    SnomedCt,
    /// WHO's ICD-10, matched by prefix.
    Icd10,
    /// Clinical Terms version 3, matched exactly, capitals and all: the system of the published lists.
    Ctv3,
}

impl System {
    /// The name used in files.
    pub fn name(self) -> &'static str {
        match self {
            System::SnomedCt => "snomed-ct",
            System::Icd10 => "icd-10",
            System::Ctv3 => "ctv3",
        }
    }

    /// By the name used in files, or by the URI used in records.
    pub fn from_name(name: &str) -> Option<System> {
        match name {
            "snomed-ct" | system::SNOMED_CT => Some(System::SnomedCt),
            "icd-10" => Some(System::Icd10),
            "ctv3" => Some(System::Ctv3),
            uri if system::is_icd_10(uri) => Some(System::Icd10),
            uri if system::is_ctv3(uri) => Some(System::Ctv3),
            _ => None,
        }
    }
}

/// What is wrong with a line of a list; lines are counted from 1, the heading.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ListError {
    /// The heading line does not begin with the three columns.
    #[error("line 1: the headings must begin with {what},system,code")]
    Headings {
        /// The first column's name.
        what: &'static str,
    },
    /// Fewer than three cells, or an empty one.
    #[error("line {line}: a {what}, a system and a code are needed")]
    Cells {
        /// The line.
        line: usize,
        /// The first column's name.
        what: &'static str,
    },
    /// No such member.
    #[error("line {line}: the {what} {name:?} is unknown")]
    Unknown {
        /// The line.
        line: usize,
        /// The first column's name.
        what: &'static str,
        /// What stands there.
        name: String,
    },
    /// A member that is not known by codes.
    #[error("line {line}: {why}")]
    Uncoded {
        /// The line.
        line: usize,
        /// How it is known instead.
        why: &'static str,
    },
    /// No such system.
    #[error("line {line}: the system {system:?} is unknown: snomed-ct, icd-10 or ctv3")]
    UnknownSystem {
        /// The line.
        line: usize,
        /// What stands there.
        system: String,
    },
    /// Not a SNOMED CT concept.
    #[error("line {line}: {code:?} is no SNOMED CT concept: {source}")]
    Snomed {
        /// The line.
        line: usize,
        /// What stands there.
        code: String,
        /// Why.
        source: NotAConcept,
    },
    /// Not formed like an ICD-10 code or a CTV3 code.
    #[error("line {line}: {code:?} is not formed like a code of {system}")]
    Form {
        /// The line.
        line: usize,
        /// What stands there.
        code: String,
        /// The system's name.
        system: &'static str,
    },
    /// The code stands there twice, for the same member or another: it would count twice or by chance.
    #[error("line {line}: {code:?} stands on line {first} already")]
    Duplicate {
        /// The line.
        line: usize,
        /// What stands there.
        code: String,
        /// Where it stands first.
        first: usize,
    },
}

/// What a list tells codes of: the deficits of an index, the conditions of a score.
pub trait Member: Copy {
    /// The heading of its column.
    const WHAT: &'static str;

    /// The member of that name.
    fn named(name: &str) -> Option<Self>;

    /// Why it has no codes, if it has none.
    fn uncoded(self) -> Option<&'static str> {
        None
    }
}

/// Which code stands for which member. Built once; a look-up is one hash, for ICD-10 one for each length of prefix.
#[derive(Debug)]
pub struct CodeSets<M> {
    snomed_ct: HashMap<String, (M, usize)>,
    icd10: HashMap<String, (M, usize)>,
    ctv3: HashMap<String, (M, usize)>,
    longest_icd10: usize,
}

impl<M> Default for CodeSets<M> {
    fn default() -> CodeSets<M> {
        CodeSets {
            snomed_ct: HashMap::new(),
            icd10: HashMap::new(),
            ctv3: HashMap::new(),
            longest_icd10: 0,
        }
    }
}

impl<M: Member> CodeSets<M> {
    /// Reads comma-separated text whose headings begin with [`Member::WHAT`], `system` and `code`; further columns are for people.
    /// All of a list is taken or none of it.
    ///
    /// ```
    /// use codes::clinical::code_sets::CodeSets;
    /// use codes::clinical::efi::Deficit;
    /// let list = CodeSets::<Deficit>::read("deficit,system,code\nfalls,icd-10,W19\n").unwrap();
    /// assert_eq!(list.find("icd-10", "w19.0"), Some(Deficit::Falls));
    /// let wrong = CodeSets::<Deficit>::read("deficit,system,code\nfalls,snomed-ct,1912003\n").unwrap_err();
    /// assert!(wrong.to_string().starts_with("line 2: \"1912003\" is no SNOMED CT concept"));
    /// ```
    pub fn read(text: &str) -> Result<CodeSets<M>, ListError> {
        let mut lines = text.trim_start_matches('\u{feff}').lines().enumerate();
        let headings = lines.next().map_or("", |(_, line)| line);
        if !cells(headings).starts_with(&[M::WHAT, "system", "code"]) {
            return Err(ListError::Headings { what: M::WHAT });
        }
        let mut sets = CodeSets::default();
        for (above, text) in lines.filter(|(_, line)| !line.trim().is_empty()) {
            sets.take(above + 1, &cells(text))?;
        }
        Ok(sets)
    }

    fn take(&mut self, line: usize, cells: &[&str]) -> Result<(), ListError> {
        let what = M::WHAT;
        let [name, system, code, ..] = *cells else {
            return Err(ListError::Cells { line, what });
        };
        if name.is_empty() || system.is_empty() || code.is_empty() {
            return Err(ListError::Cells { line, what });
        }
        let Some(member) = M::named(name) else {
            let name = name.to_owned();
            return Err(ListError::Unknown { line, what, name });
        };
        if let Some(why) = member.uncoded() {
            return Err(ListError::Uncoded { line, why });
        }
        let Some(system) = System::from_name(system) else {
            let system = system.to_owned();
            return Err(ListError::UnknownSystem { line, system });
        };
        let key = normal(line, system, code)?;
        if let Some((_, first)) = self.of(system).get(&key) {
            let (code, first) = (code.to_owned(), *first);
            return Err(ListError::Duplicate { line, code, first });
        }
        let listed = match system {
            System::SnomedCt => &mut self.snomed_ct,
            System::Icd10 => {
                self.longest_icd10 = self.longest_icd10.max(key.len());
                &mut self.icd10
            }
            System::Ctv3 => &mut self.ctv3,
        };
        listed.insert(key, (member, line));
        Ok(())
    }

    fn of(&self, system: System) -> &HashMap<String, (M, usize)> {
        match system {
            System::SnomedCt => &self.snomed_ct,
            System::Icd10 => &self.icd10,
            System::Ctv3 => &self.ctv3,
        }
    }

    /// What a recorded code stands for: its system by name or URI. Of ICD-10 prefixes the longest decides.
    pub fn find(&self, system: &str, code: &str) -> Option<M> {
        let system = System::from_name(system)?;
        let listed = self.of(system);
        let found = |code: &str| listed.get(code).map(|(member, _)| *member);
        match system {
            System::SnomedCt | System::Ctv3 => found(code),
            System::Icd10 => {
                let code = Icd10::read(code)?;
                let longest = self.longest_icd10.min(code.as_str().len());
                (3..=longest).rev().find_map(|length| found(code.prefix(length)))
            }
        }
    }

    /// Every code with what it stands for, in no order.
    pub fn iter(&self) -> impl Iterator<Item = (System, &str, M)> {
        [System::SnomedCt, System::Icd10, System::Ctv3]
            .into_iter()
            .flat_map(|system| {
                self.of(system)
                    .iter()
                    .map(move |(code, (member, _))| (system, code.as_str(), *member))
            })
    }

    /// How many codes there are.
    pub fn len(&self) -> usize {
        self.snomed_ct.len() + self.icd10.len() + self.ctv3.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// What is wrong with a recorded code, when something is: its system, or how it is formed. A code that is well formed and stands for
/// nothing is right.
///
/// ```
/// use codes::clinical::code_sets::fault;
/// assert_eq!(fault("snomed-ct", "38341003"), None);
/// assert!(fault("snomed-ct", "38341004").unwrap().contains("check digit"));
/// assert_eq!(fault("snomed", "38341003").unwrap(), "the system \"snomed\" is unknown: snomed-ct, icd-10 or ctv3");
/// ```
#[must_use]
pub fn fault(system: &str, code: &str) -> Option<String> {
    let Some(known) = System::from_name(system) else {
        return Some(format!(
            "the system {system:?} is unknown: snomed-ct, icd-10 or ctv3"
        ));
    };
    match normal(0, known, code) {
        Ok(_) => None,
        Err(ListError::Snomed { source, .. }) => Some(format!("no SNOMED CT concept: {source}")),
        Err(ListError::Form { system, .. }) => Some(format!("not formed like a code of {system}")),
        Err(error) => Some(error.to_string()),
    }
}

fn normal(line: usize, system: System, code: &str) -> Result<String, ListError> {
    let form = |system| ListError::Form {
        line,
        code: code.to_owned(),
        system,
    };
    match system {
        System::SnomedCt => match snomed_ct::concept(code) {
            Ok(()) => Ok(code.to_owned()),
            Err(source) => {
                let code = code.to_owned();
                Err(ListError::Snomed { line, code, source })
            }
        },
        System::Icd10 => Icd10::read(code)
            .map(|code| code.as_str().to_owned())
            .ok_or_else(|| form("ICD-10")),
        System::Ctv3 if is_ctv3_formed(code) => Ok(code.to_owned()),
        System::Ctv3 => Err(form("CTV3")),
    }
}

/// Whether the text is formed like a code of Clinical Terms version 3: five characters that are no spaces.
pub(crate) fn is_ctv3_formed(code: &str) -> bool {
    code.len() == 5 && code.bytes().all(|byte| byte.is_ascii_graphic())
}

fn cells(line: &str) -> Vec<&str> {
    line.split(',')
        .map(|cell| cell.trim().trim_matches('"'))
        .collect()
}
