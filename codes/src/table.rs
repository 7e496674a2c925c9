//! Reference tables as data: comma-separated text built into the program, read once.

/// One row per line after the heading line; each cell is a piece of the built-in text.
#[derive(Debug)]
pub struct Table {
    headings: Vec<&'static str>,
    rows: Vec<Vec<&'static str>>,
}

impl Table {
    /// Reads comma-separated text whose first line holds the headings. A cell may stand in double quotes to hold a
    /// comma; quotes inside quotes do not occur in our tables (tested).
    pub(crate) fn read(text: &'static str) -> Table {
        let mut lines = text.lines().filter(|line| !line.is_empty());
        let headings = lines.next().map(cells).unwrap_or_default();
        Table {
            headings,
            rows: lines.map(cells).collect(),
        }
    }

    /// The cell of the first row whose `key` column equals `value`, in column `wanted`; nothing when a column or the
    /// value is missing, or the cell or the value is empty.
    pub fn find(&self, key: &str, value: &str, wanted: &str) -> Option<&'static str> {
        let key = self.column(key).filter(|_| !value.is_empty())?;
        let wanted = self.column(wanted)?;
        let row = self.rows.iter().find(|row| row.get(key) == Some(&value))?;
        row.get(wanted).copied().filter(|cell| !cell.is_empty())
    }

    /// The pairs of two columns, in the table's order; missing cells are empty.
    pub fn pairs(&self, first: &str, second: &str) -> Vec<(&'static str, &'static str)> {
        let (Some(first), Some(second)) = (self.column(first), self.column(second)) else {
            return Vec::new();
        };
        let cell = |row: &Vec<&'static str>, column: usize| row.get(column).copied().unwrap_or("");
        self.rows
            .iter()
            .map(|row| (cell(row, first), cell(row, second)))
            .collect()
    }

    /// The cells of some columns, row by row; cells that are missing are empty.
    pub fn rows<const COLUMNS: usize>(&self, headings: [&str; COLUMNS]) -> Vec<[&'static str; COLUMNS]> {
        let columns = headings.map(|heading| self.column(heading));
        self.rows
            .iter()
            .map(|row| columns.map(|column| column.and_then(|column| row.get(column).copied()).unwrap_or("")))
            .collect()
    }

    /// How many rows there are, the headings not counted.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether the table has no rows.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    fn column(&self, heading: &str) -> Option<usize> {
        self.headings.iter().position(|found| *found == heading)
    }
}

fn cells(line: &'static str) -> Vec<&'static str> {
    let mut found = Vec::new();
    let mut rest = line;
    loop {
        let (cell, after) = match rest.strip_prefix('"').and_then(|open| open.split_once('"')) {
            Some((quoted, after)) => (quoted, after.strip_prefix(',')),
            None => match rest.split_once(',') {
                Some((cell, after)) => (cell, Some(after)),
                None => (rest, None),
            },
        };
        found.push(cell);
        match after {
            Some(after) => rest = after,
            None => return found,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Table;

    #[test]
    fn a_quoted_cell_may_hold_commas_and_an_empty_last_cell_is_a_cell() {
        let table = Table::read("code,display,note\nx,\"one, two\",\ny,three,n\n");
        assert_eq!(table.len(), 2);
        assert_eq!(table.find("code", "x", "display"), Some("one, two"));
        assert_eq!(table.find("code", "x", "note"), None);
        assert_eq!(table.find("code", "y", "note"), Some("n"));
        assert_eq!(table.find("code", "z", "note"), None);
        assert_eq!(table.find("nothing", "x", "note"), None);
    }
}
