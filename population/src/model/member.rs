//! Members of a file, each read by its name, so that what is refused is named with its rule.

use serde_json::{Map, Value};

use super::FileError;

/// An object of the file, with the way to it.
pub(super) struct Members<'v> {
    path: String,
    members: &'v Map<String, Value>,
}

impl<'v> Members<'v> {
    /// An object with just these members.
    pub(super) fn of(value: &'v Value, path: &str, names: &[&str]) -> Result<Members<'v>, FileError> {
        let Some(members) = value.as_object() else {
            return Err(FileError::new(
                if path.is_empty() { "file" } else { path },
                "it must be an object",
            ));
        };
        let found = Members {
            path: path.to_owned(),
            members,
        };
        if let Some(missing) = names.iter().find(|name| !members.contains_key(**name)) {
            return Err(found.refused(missing, "it is missing"));
        }
        if let Some(extra) = members.keys().find(|name| !names.contains(&name.as_str())) {
            return Err(found.refused(extra, "it is no member of this version"));
        }
        Ok(found)
    }

    fn at(&self, name: &str) -> String {
        if self.path.is_empty() {
            name.to_owned()
        } else {
            format!("{}.{name}", self.path)
        }
    }

    pub(super) fn refused(&self, name: &str, rule: &str) -> FileError {
        FileError::new(&self.at(name), rule)
    }

    fn get(&self, name: &str) -> &'v Value {
        self.members.get(name).unwrap_or(&Value::Null)
    }

    pub(super) fn text(&self, name: &str) -> Result<&'v str, FileError> {
        let text = self.get(name).as_str().filter(|text| !text.trim().is_empty());
        text.ok_or_else(|| self.refused(name, "it must be text that is not empty"))
    }

    /// A member that can have one value alone.
    pub(super) fn must_be(&self, name: &str, value: &Value) -> Result<(), FileError> {
        if self.get(name) == value {
            Ok(())
        } else {
            Err(self.refused(name, &format!("it must be {value}")))
        }
    }

    pub(super) fn date(&self, name: &str) -> Result<jiff::civil::Date, FileError> {
        let date = self.text(name)?.parse();
        date.map_err(|_| self.refused(name, "it must be a day (2025-11-01)"))
    }

    pub(super) fn whole(&self, name: &str) -> Result<u64, FileError> {
        let whole = self.get(name).as_u64();
        whole.ok_or_else(|| self.refused(name, "it must be a whole number, 0 or above"))
    }

    pub(super) fn number(&self, name: &str) -> Result<f64, FileError> {
        let number = self.get(name).as_f64().filter(|number| number.is_finite());
        number.ok_or_else(|| self.refused(name, "it must be a finite number"))
    }

    /// A number that is not below nought.
    pub(super) fn size(&self, name: &str) -> Result<f64, FileError> {
        let number = self.number(name)?;
        if number < 0.0 {
            return Err(self.refused(name, "it must be 0 or above"));
        }
        Ok(number)
    }

    pub(super) fn object(&self, name: &str, names: &[&str]) -> Result<Members<'v>, FileError> {
        Members::of(self.get(name), &self.at(name), names)
    }

    /// Objects in a list, each with just these members.
    pub(super) fn objects(&self, name: &str, names: &[&str]) -> Result<Vec<Members<'v>>, FileError> {
        let Some(list) = self.get(name).as_array() else {
            return Err(self.refused(name, "it must be a list"));
        };
        let path = self.at(name);
        let all = list.iter().enumerate();
        all.map(|(at, one)| Members::of(one, &format!("{path}[{at}]"), names))
            .collect()
    }
}
