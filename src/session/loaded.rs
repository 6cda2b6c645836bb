use super::{Ending, Misuse, policy_problems};
use crate::diag::Diagnostics;
use crate::model::Address;
use crate::render::Placed;
use crate::resolve::{LoadError, MemoryLoader};
use crate::workspace::{Loaded, Unwatched};

impl Loaded {
    /// The files of the requests that an argument means: by their address, by namespace and name, or by their name; all without one.
    ///
    /// # Errors
    /// Where it means none.
    pub fn delivered(&self, asked: Option<&str>) -> Result<Vec<&Placed>, Misuse> {
        let Some(asked) = asked else { return Ok(self.placed.iter().collect()) };
        let is_meant = |address: &Address| {
            asked == address.to_string() || asked == &*address.name || asked == address.namespaced().1
        };
        let placed: Vec<&Placed> = self.placed.iter().filter(|file| is_meant(&file.request)).collect();
        // One may come to no files.
        if placed.is_empty() && !self.rendered.iter().any(|rendered| is_meant(&rendered.request)) {
            return Err(Misuse::Request(asked.to_owned()));
        }
        Ok(placed)
    }

    /// The same with what breaks its policies beside its problems, and what that comes to. `now`, in seconds since 1970 (UTC), is what
    /// `within` counts from.
    #[must_use]
    pub fn judged(mut self, now: i64) -> (Self, Ending) {
        let broken = policy_problems(&self, now);
        let ending = match (self.diagnostics.has_errors(), broken.has_errors()) {
            (true, _) => Ending::Configuration,
            (false, true) => Ending::Refused,
            (false, false) => Ending::Success,
        };
        let mut diagnostics = std::mem::take(&mut self.diagnostics);
        diagnostics.append(broken);
        self.diagnostics = diagnostics.sorted().told();
        (self, ending)
    }
}

/// The problems of a project of texts, by name, in each of its environments, broken policies included: for examples and tests. What depends on the time counts
/// from [`crate::verify::NOW`].
///
/// # Errors
/// Where a text asks for a file that is not among them.
pub fn check_text(files: &[(&str, &str)]) -> Result<Diagnostics, LoadError> {
    let loader = MemoryLoader::new(files.iter().copied());
    Ok(super::judged(&loader, crate::verify::NOW, &Unwatched)?.0.diagnostics)
}

#[cfg(test)]
mod tests {
    use super::check_text;

    /// The codes of what is wrong with a text beside a project.
    fn codes(text: &str) -> Vec<&'static str> {
        let found = check_text(&[("plat.kdl", "project demo\n"), ("a.kdl", text)]).unwrap();
        found.iter().map(|one| one.code.id).collect()
    }

    fn of_entity(line: &str) -> Vec<&'static str> {
        codes(&format!(
            "blueprint other\nblueprint thing {{\n    property tags array of=string\n    property tier string\n    property size integer\n    \
             property on boolean\n    property any object\n}}\nentity thing a {{\n    {line}\n}}\n"
        ))
    }

    #[test]
    fn one_mistake_is_told_once() {
        for (line, code) in [
            ("title 'A thing'", "E0121"),
            ("tags 'a', 'b'", "E0121"),
            ("tier `x`", "E0121"),
            ("tags a, b", "E0122"),
            ("tags \"a\", \"b\"", "E0122"),
            ("size 1,", "E0122"),
            ("on #true,", "E0122"),
            ("tier: x", "E0123"),
            ("tier: \"x\"", "E0123"),
            ("\"tier\": \"x\"", "E0123"),
            ("size: 1", "E0123"),
            ("any a: 1", "E0123"),
            ("any { a: 1; }", "E0123"),
            ("tier=x", "E0117"),
            ("tier = x", "E0117"),
            ("size = 1", "E0117"),
            ("tags = [a, b]", "E0117"),
            ("tags [a, b]", "E0124"),
            ("tags [\"a\", \"b\"]", "E0124"),
            ("tags - a", "E0124"),
            ("tags:", "E0123"),
            ("tier <<EOT", "E0121"),
            ("tier 'a/b'", "E0114"),
            ("tier 'https://example.com/a'", "E0219"),
            ("tier x # why", "E0126"),
            ("# tier { x", "E0126"),
            ("on true", "E0102"),
            ("tier null", "E0102"),
            ("size null", "E0102"),
            ("on \"yes\"", "E0401"),
            ("on True", "E0401"),
            ("size None", "E0401"),
            ("size 5m", "E0101"),
            ("tier \"${size}\"", "E0229"),
            ("tier $size", "E0229"),
            ("tags (strign)a", "E0227"),
            ("- tier x", "E0408"),
            ("\n<<<<<<< HEAD\n    tier x\n=======\n    tier y\n>>>>>>> other", "E0125"),
        ] {
            assert_eq!(of_entity(line), [code], "{line}");
        }
        for line in [
            "title \"'A'\"",
            "tags \"a,\" \"b\"",
            "tier \"$size\"",
            "tier #\"${size}\"#",
            "tier \"yes\"",
            "tags it's b",
        ] {
            assert_eq!(of_entity(line), [""; 0], "{line}");
        }
    }

    #[test]
    fn mistakes_beside_each_other_are_all_told() {
        assert_eq!(
            of_entity("title 'A'; tags a, b; tier \"${x}\"; size (u8)1; on maybe"),
            ["E0121", "E0122", "E0229", "E0227", "E0401"]
        );
    }

    #[test]
    fn a_promise_renders_for_every_request_that_its_api_allows() {
        let delivered = |text: &str, request: &str| {
            codes(&format!(
                "promise c {{ api group=e.com version=v1 kind=C {{ field zones array of=string }}; workflow configure {{ \
                 resource v1 ConfigMap $name {{ data z=\"{text}\" }} }} }}\nstate-store s git {{ url x }}\n\
                 destination d {{ store s }}\nrequest c r {{ {request} }}"
            ))
        };
        let joined = "${spec.zones | default none | join ','}";
        assert_eq!([delivered(joined, ""), delivered(joined, "zones a b")], [[""; 0]; 2]);
        assert_eq!(delivered("${spec.zones | join ','}", "zones a"), ["E0512"]);
    }
}
