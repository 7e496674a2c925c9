//! The sections of a record as a citizen reads it: their addresses, their words, and which part of the record they belong to.

use actions::sharing::Part;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Section {
    Medicines,
    Allergies,
    Conditions,
    Appointments,
    Plan,
    Results,
    Letters,
}

impl Section {
    pub(super) const ALL: [Section; 7] = [
        Section::Medicines,
        Section::Allergies,
        Section::Conditions,
        Section::Appointments,
        Section::Plan,
        Section::Results,
        Section::Letters,
    ];

    /// The last part of its address.
    pub(super) fn path(self) -> &'static str {
        match self {
            Section::Medicines => "medicines",
            Section::Allergies => "allergies",
            Section::Conditions => "conditions",
            Section::Appointments => "appointments",
            Section::Plan => "plan",
            Section::Results => "results",
            Section::Letters => "letters",
        }
    }

    pub(super) fn of(path: &str) -> Option<Section> {
        Section::ALL.into_iter().find(|section| section.path() == path)
    }

    pub(super) fn words(self) -> &'static str {
        match self {
            Section::Medicines => "Medicines",
            Section::Allergies => "Allergies",
            Section::Conditions => "Health conditions",
            Section::Appointments => "Appointments and visits",
            Section::Plan => "Care plan",
            Section::Results => "Test results",
            Section::Letters => "Letters and documents",
        }
    }

    /// What the reader must have been given to see it.
    pub(super) fn part(self) -> Part {
        match self {
            Section::Medicines | Section::Allergies | Section::Conditions => Part::Summary,
            Section::Appointments => Part::Appointments,
            Section::Plan => Part::Plan,
            Section::Results | Section::Letters => Part::Detail,
        }
    }

    /// Whether the first page of the record shows it whole.
    pub(super) fn is_in_summary(self) -> bool {
        !matches!(self, Section::Results | Section::Letters)
    }
}
