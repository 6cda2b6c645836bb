use super::made::{Making, Part};
use super::{FileId, Sources, Span};

/// Where somebody wrote what stands at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// The text.
    pub span: Span,
    /// Whether it stands there as it is, so that it may be changed there.
    pub is_whole: bool,
    /// The other places that have made it what it is: where a value was put in, and the lines that asked for it, the innermost first.
    pub through: Vec<Through>,
}

impl Written {
    /// Whether somebody wrote it there as it stands, and it is not what a value came to.
    pub fn is_as_written(&self) -> bool {
        self.is_whole && !self.through.iter().any(|through| matches!(through, Through::PutIn(_)))
    }
}

/// A place that has made a text what it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Through {
    /// Where its value was put in.
    PutIn(Span),
    /// A line that asked for what it is a part of.
    Asked(Span),
}

impl Through {
    /// The place.
    pub fn span(self) -> Span {
        let (Self::PutIn(span) | Self::Asked(span)) = self;
        span
    }
}

impl Sources {
    /// Where somebody wrote what stands at a place: the place itself, in a text that nobody made.
    pub fn written(&self, span: Span) -> Written {
        let plain = Written { span, is_whole: true, through: Vec::new() };
        let Some(making) = self.making(span.file) else { return plain };
        let Some(first) = making.part_at(span.start) else { return plain };
        let last = making.part_at(span.end.saturating_sub(1).max(span.start)).unwrap_or(first);
        let inside = |part: &Part| {
            let offset = |place: u32| part.from.start + place.clamp(part.start, part.end) - part.start;
            Span::new(part.from.file, offset(span.start), offset(span.end))
        };
        let is_one = first.start == last.start;
        let (written, is_whole) = match (is_one, first.is_copy()) {
            (true, true) => (inside(first), span.start >= first.start && span.end <= first.end),
            (true, false) => {
                let is_exact = (first.start, first.end) == (span.start, span.end);
                (first.from, is_exact && first.from != first.at)
            }
            // Of several the text that they were put into.
            (false, _) => {
                let start = if first.is_copy() { inside(first).start } else { first.at.start };
                let end = if last.is_copy() { inside(last).end } else { last.at.end };
                let file = first.at.file;
                let end = if last.at.file == file && end >= start { end } else { first.at.end.max(start) };
                (Span::new(file, start, end), false)
            }
        };
        let mut through: Vec<Through> = Vec::new();
        let is_news = |place: Span, through: &[Through]| {
            !place.covers(written) && through.iter().all(|other| other.span() != place)
        };
        through.extend(Some(Through::PutIn(first.at)).filter(|at| is_one && is_news(at.span(), &[])));
        let mut asked = first.asked;
        while let Some((line, within)) = asked.and_then(|asked| making.asked.get(asked as usize)) {
            if is_news(*line, &through) {
                through.push(Through::Asked(*line));
            }
            asked = *within;
        }
        Written { span: written, is_whole, through }
    }

    /// The place that makes what stands at one what it is and no other: of a line that was made, the first value that was put into it. The
    /// places that have made it so are those of the text that the value was put into, and of the lines that asked for it.
    pub fn cause(&self, span: Span) -> Written {
        let written = self.written(span);
        let Some(making) = self.making(span.file) else { return written };
        let first = making.parts.partition_point(|part| part.end <= span.start);
        let inside = making.parts.get(first..).unwrap_or_default().iter().take_while(|part| part.start < span.end);
        let mut put_in = inside.filter(|part| part.from != part.at);
        let Some(value) = put_in.next() else { return written };
        let mut through = vec![Through::PutIn(written.span)];
        through.extend(written.through.into_iter().filter(|one| matches!(one, Through::Asked(_))));
        let is_news = |one: &Through| !one.span().covers(value.from);
        through.retain(is_news);
        Written { span: value.from, is_whole: false, through }
    }

    /// The places of the texts that values were put into, of what stands at a place that was made.
    pub fn put_in(&self, span: Span) -> impl Iterator<Item = Span> {
        let parts = self.making(span.file).map_or(&[][..], |making| &making.parts);
        let inside = parts.iter().filter(move |part| part.start < span.end && part.end > span.start);
        inside.filter(|part| part.from != part.at).map(|part| part.at)
    }

    /// How a text was made, where nobody wrote it.
    pub fn making(&self, file: FileId) -> Option<&Making> {
        self.file(file).making.as_deref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Making, SourceFile};

    /// `entity service $name { tier $tier; }` of one file, asked for by `new x name=cart tier=gold` of another.
    fn made() -> (Sources, Span, Span, FileId) {
        let mut sources = Sources::default();
        let template = sources.add(SourceFile::new("t.kdl", b"entity service $name { tier $tier; }".to_vec()));
        let asking = sources.add(SourceFile::new("n.kdl", b"new x name=cart tier=gold".to_vec()));
        let at = |file: FileId, start, end| Span::new(file, start, end);
        let mut making = Making::default();
        let line = making.asks(at(asking, 0, 25), None);
        for ((start, end), from, place) in [
            ((0, 14), at(template, 0, 14), at(template, 0, 14)),
            ((15, 19), at(asking, 11, 15), at(template, 15, 20)),
            ((22, 26), at(template, 23, 27), at(template, 23, 27)),
            ((27, 31), at(asking, 21, 25), at(template, 28, 33)),
        ] {
            making.part((start, end), from, place, Some(line));
        }
        let file = SourceFile::new("n.kdl", b"entity service cart { tier gold; }".to_vec());
        let made = sources.add(file.made_by(making.into()));
        (sources, at(template, 0, 36), at(asking, 0, 25), made)
    }

    #[test]
    fn each_part_leads_to_where_somebody_wrote_it() {
        let (sources, template, asking, made) = made();
        let written = |start, end| sources.written(Span::new(made, start, end));
        let text = |written: &Written| sources.text(written.span).to_owned();
        let tier = written(27, 31);
        assert_eq!((text(&tier), tier.is_whole), ("gold".to_owned(), true));
        assert_eq!(tier.through.iter().map(|one| sources.text(one.span())).collect::<Vec<_>>(), ["$tier"]);
        let word = written(7, 14);
        assert_eq!(
            (text(&word), word.is_whole, word.through),
            ("service".to_owned(), true, vec![Through::Asked(asking)])
        );
        let head = written(0, 19);
        assert_eq!((text(&head), head.is_whole), ("entity service $name".to_owned(), false));
        let plain = sources.written(template);
        assert_eq!(plain, Written { span: template, is_whole: true, through: Vec::new() });
    }

    #[test]
    fn no_place_of_a_made_text_is_without_one() {
        let (sources, _, _, made) = made();
        for start in 0..35 {
            for end in start..35 {
                let written = sources.written(Span::new(made, start, end));
                assert!(written.span.file != made && written.span.start <= written.span.end, "{start} {end}");
                assert!(written.span.end as usize <= sources.file(written.span.file).text.len(), "{start} {end}");
            }
        }
    }
}
