//! Lines on a terminal: wrapping, indenting, colours that the caller may have switched off.

use std::io::Write;

use anstyle::{AnsiColor, Style};

use super::super::{RenderOptions, ReportError};

pub(super) const BAD: Style = AnsiColor::Red.on_default().bold();
pub(super) const WATCH: Style = AnsiColor::Yellow.on_default().bold();
pub(super) const GOOD: Style = AnsiColor::Green.on_default().bold();
pub(super) const BOLD: Style = Style::new().bold();
pub(super) const DIM: Style = Style::new().dimmed();
pub(super) const CODE: Style = AnsiColor::Cyan.on_default();

/// Where labelled answers start.
const LABEL: usize = 12;

/// A terminal of a certain width.
pub(super) struct Paper<'a> {
    out: &'a mut dyn Write,
    /// Columns, at least 40.
    pub width: usize,
    color: bool,
}

impl<'a> Paper<'a> {
    pub(super) fn new(out: &'a mut dyn Write, options: &RenderOptions) -> Self {
        Paper {
            out,
            width: options.width.clamp(40, 200),
            color: options.color,
        }
    }

    /// Text that is already visible, in a style.
    pub(super) fn paint(&self, style: Style, text: &str) -> String {
        if self.color {
            format!("{style}{text}{style:#}")
        } else {
            text.to_owned()
        }
    }

    pub(super) fn blank(&mut self) -> Result<(), ReportError> {
        writeln!(self.out)?;
        Ok(())
    }

    pub(super) fn line(&mut self, indent: usize, text: &str) -> Result<(), ReportError> {
        let text = text.trim_end();
        writeln!(self.out, "{:indent$}{text}", "")?;
        Ok(())
    }

    /// Code: never wrapped, so that it can be copied.
    pub(super) fn verbatim(&mut self, indent: usize, text: &str) -> Result<(), ReportError> {
        let text = self.paint(CODE, text);
        self.line(indent, &text)
    }

    pub(super) fn section(&mut self, title: &str) -> Result<(), ReportError> {
        self.blank()?;
        let title = self.paint(BOLD, title);
        self.line(0, &title)
    }

    /// `  Server    EX07`, the answer wrapped under itself.
    pub(super) fn labelled(&mut self, label: &str, text: &str) -> Result<(), ReportError> {
        // A label that fills its column still needs a space after it.
        let gap = if label.chars().count() >= LABEL - 2 {
            " "
        } else {
            ""
        };
        let label = self.paint(DIM, &format!("{label:<width$}{gap}", width = LABEL - 2));
        self.wrapped(2, LABEL, &format!("{label}{text}"))
    }

    /// Words on lines of the paper's width; following lines are indented by `hang`.
    pub(super) fn wrapped(
        &mut self,
        indent: usize,
        hang: usize,
        text: &str,
    ) -> Result<(), ReportError> {
        let mut line = " ".repeat(indent);
        let mut used = indent;
        let mut is_start = true;
        for word in text.split_inclusive(' ') {
            let bare = shown_width(word.trim_end());
            if !is_start && used + bare > self.width {
                writeln!(self.out, "{}", line.trim_end())?;
                line = " ".repeat(hang);
                used = hang;
            }
            line.push_str(word);
            used += shown_width(word);
            is_start = false;
        }
        writeln!(self.out, "{}", line.trim_end())?;
        Ok(())
    }
}

/// Columns of text that may carry our own colours (data carries none: it is visible text).
pub(super) fn shown_width(text: &str) -> usize {
    let mut width = 0;
    let mut in_escape = false;
    for c in text.chars() {
        match (in_escape, c) {
            (false, '\u{1b}') => in_escape = true,
            (false, _) => width += 1,
            (true, 'm') => in_escape = false,
            (true, _) => {}
        }
    }
    width
}
