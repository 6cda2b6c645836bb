//! Aligned columns.

use super::clean::one_line;
use super::columns::columns;
use super::{Paint, Style};
use std::fmt::Display;

/// Rows of text under a row of heads, printed in columns two spaces apart.
#[derive(Clone, Debug)]
pub struct Table {
    heads: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// An empty table with a head for each column.
    pub fn new<H: Into<String>>(heads: impl IntoIterator<Item = H>) -> Self {
        Self { heads: heads.into_iter().map(Into::into).collect(), rows: Vec::new() }
    }

    /// Adds a row; missing cells are empty, surplus ones are not shown. A cell is one line: its line ends become spaces.
    pub fn row(&mut self, cells: &[&dyn Display]) {
        let cells = cells.iter().take(self.heads.len());
        let mut row: Vec<String> = cells.map(|cell| one_line(&cell.to_string()).into_owned()).collect();
        row.resize(self.heads.len(), String::new());
        self.rows.push(row);
    }

    /// Whether it has no row.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The table as lines without trailing spaces, heads first; nothing where there is no row.
    pub fn print(&self, style: Style) -> String {
        if self.rows.is_empty() {
            return String::new();
        }
        let widths: Vec<usize> = (0..self.heads.len()).map(|column| self.width(column)).collect();
        let heads = style.paint(Paint::Bold, &line(&self.heads, &widths));
        let lines = self.rows.iter().map(|row| line(row, &widths));
        std::iter::once(heads).chain(lines).map(|line| line + "\n").collect()
    }

    fn width(&self, column: usize) -> usize {
        let cells = std::iter::once(&self.heads).chain(&self.rows).filter_map(|row| row.get(column));
        cells.map(|cell| columns(cell)).max().unwrap_or(0)
    }
}

fn line(cells: &[String], widths: &[usize]) -> String {
    let mut line = String::new();
    for (cell, width) in cells.iter().zip(widths) {
        line.push_str(cell);
        line.extend(std::iter::repeat_n(' ', width + 2 - columns(cell)));
    }
    line.truncate(line.trim_end().len());
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let mut table = Table::new(["name", "level"]);
        table.row(&[&"payments-ü", &"Gold"]);
        table.row(&[&"a\nb"]);
        table.row(&[&"c", &"-", &"surplus"]);
        assert_eq!(table.print(Style::PLAIN), "name        level\npayments-ü  Gold\na b\nc           -\n");
        assert_eq!(Table::new(["name"]).print(Style::PLAIN), "");
    }
}
