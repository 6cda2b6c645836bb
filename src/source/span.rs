/// Names a file of one [`super::Sources`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u32);

/// A range of bytes in one file: `start` inclusive, `end` exclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The file.
    pub file: FileId,
    /// Offset of the first byte.
    pub start: u32,
    /// Offset behind the last byte.
    pub end: u32,
}

impl Span {
    /// The span of `start..end` in `file`.
    pub fn new(file: FileId, start: u32, end: u32) -> Self {
        Self { file, start, end }
    }

    /// The empty span at the beginning of `file`.
    pub fn start_of(file: FileId) -> Self {
        Self::new(file, 0, 0)
    }

    /// The empty span before it.
    #[must_use]
    pub fn before(self) -> Self {
        Self { end: self.start, ..self }
    }

    /// The empty span behind it.
    #[must_use]
    pub fn behind(self) -> Self {
        Self { start: self.end, ..self }
    }

    /// Whether another one lies in it.
    pub fn covers(self, inner: Self) -> bool {
        self.file == inner.file && self.start <= inner.start && inner.end <= self.end
    }

    /// The bytes as an index range.
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// Where something is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Origin {
    /// In a text.
    Text(Span),
    /// In a text that could not be read, as was told: nothing more is to be said of it.
    Unread(Span),
    /// Nowhere: it stands by default, where this text leaves it out.
    Default(Span),
    /// In a live object, by the number that whoever looks at it has for it; in one of its parts, by that one's number, or in
    /// the object itself.
    Live {
        /// The object.
        object: u32,
        /// The part.
        part: Option<u32>,
    },
    /// In no text and no object that is looked at.
    Nowhere,
}

impl Origin {
    /// The text to show for it: the beginning of the first one for what is in none.
    pub fn shown(self) -> Span {
        self.text().unwrap_or(Span::start_of(FileId(0)))
    }

    /// Whether a word stands there as it is, without quotes.
    pub fn is_bare(self, word: &str) -> bool {
        matches!(self, Self::Text(span) if span.range().len() == word.len())
    }

    /// The same of another text, where a text says it.
    #[must_use]
    pub fn moved(self, to: impl FnOnce(Span) -> Span) -> Self {
        match self {
            Self::Text(span) => Self::Text(to(span)),
            Self::Unread(span) => Self::Unread(to(span)),
            Self::Default(span) => Self::Default(to(span)),
            Self::Live { .. } | Self::Nowhere => self,
        }
    }

    /// The text that says it, or that leaves it out.
    pub fn text(self) -> Option<Span> {
        match self {
            Self::Text(span) | Self::Unread(span) | Self::Default(span) => Some(span),
            Self::Live { .. } | Self::Nowhere => None,
        }
    }
}

impl From<Span> for Origin {
    fn from(span: Span) -> Self {
        Self::Text(span)
    }
}

/// A value with the place that it comes from. Comparing and hashing ignore the place.
#[derive(Clone, Copy, Debug)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Where it is said.
    pub span: Origin,
}

impl<T> Spanned<T> {
    /// Joins a value with its place.
    pub fn new(value: T, span: impl Into<Origin>) -> Self {
        Self { value, span: span.into() }
    }

    /// The same place with another value.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Spanned<U> {
        Spanned::new(change(self.value), self.span)
    }
}

impl<T: PartialEq> PartialEq for Spanned<T> {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl<T: Eq> Eq for Spanned<T> {}

impl<T: std::hash::Hash> std::hash::Hash for Spanned<T> {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.value.hash(state);
    }
}

impl<T> std::ops::Deref for Spanned<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}
