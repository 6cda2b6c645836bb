use super::named;
use clap::Args;

#[derive(Debug, Args)]
pub(in crate::cli) struct Get {
    /// A kind (`entity`), a blueprint or a promise (`service`), one of either (`service/cart`), or an address; the kinds that there
    /// are where it is not given
    #[arg(value_parser = named)]
    pub(in crate::cli) subject: Option<String>,
    /// An identifier; with its blueprint or promise before a colon where it has one
    #[arg(value_parser = named)]
    pub(in crate::cli) name: Option<String>,
    /// Only where a field has a value (`tier=critical`), or where a condition of the language holds (`tier is-not critical`)
    #[arg(long = "where", value_name = "CONDITION")]
    pub(in crate::cli) conditions: Vec<String>,
    /// The fields to show, beside the address
    #[arg(long, value_name = "FIELD", value_delimiter = ',', value_parser = field)]
    pub(in crate::cli) columns: Vec<String>,
}

/// The name of a field, where a space may stand behind a comma.
fn field(text: &str) -> Result<String, &'static str> {
    let name = text.trim();
    if name.is_empty() { Err("a field without a name") } else { Ok(name.to_owned()) }
}
