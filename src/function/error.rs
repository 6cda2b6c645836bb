/// Why a function could not be applied.
#[derive(Debug, PartialEq)]
pub enum FunctionError {
    /// There is no value.
    Missing,
    /// The value is a secret, or holds one.
    Secret,
    /// The value is of a type that the function does not take.
    Type {
        /// What it is.
        found: &'static str,
        /// What is needed.
        wanted: &'static str,
    },
    /// What the function takes beside the value is nothing that it takes.
    Argument {
        /// The function.
        function: &'static str,
        /// What is given.
        found: &'static str,
        /// What is needed.
        wanted: &'static str,
    },
    /// The function gives nothing for this value: the reason, as a message says it.
    Impossible(String),
}
