//! What a file may cost.

/// Bounds of one document. The size of the file is bounded by whoever reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Levels of nested elements or JSON containers; above [`Limits::MAX_DEPTH`] it counts as that.
    /// Real exports have 5 to 17.
    pub depth: usize,
    /// Objects.
    pub objects: usize,
    /// Values of every sort together: properties, members, keys.
    pub values: usize,
    /// Bytes of one text.
    pub text: usize,
}

impl Limits {
    /// The deepest that can be asked for: readers recurse.
    pub const MAX_DEPTH: usize = 256;
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            depth: 64,
            objects: 2_000_000,
            values: 20_000_000,
            text: 64 << 20,
        }
    }
}
