use std::io::Read;

use git2::Oid;

use super::packet::{self, Packet};
use super::{Failure, Limit};
use crate::adapter::git::host::Tips;

/// What a server says first: what it can do, and where its references are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Advertisement {
    /// The references that were asked for.
    pub(super) tips: Tips,
    capabilities: Vec<String>,
}

impl Advertisement {
    /// Reads it and keeps the references that `wants` names: there may be very many.
    pub(super) fn read(reader: &mut dyn Read, wants: &dyn Fn(&str) -> bool) -> Result<Self, Failure> {
        let mut advertisement = Self::default();
        let mut service = false;
        let (mut lines, mut bytes) = (0, 0);
        loop {
            let data = match Packet::read(reader)? {
                Packet::Data(data) => data,
                // Over HTTP the service's name is a section of its own.
                Packet::Flush if std::mem::take(&mut service) => continue,
                Packet::Flush => break,
            };
            (lines, bytes) = (lines + 1, bytes + data.len() as u64 + 4);
            advertisement.bound(lines, bytes)?;
            let Some(line) = packet::text(&data) else { continue };
            if let Some(words) = line.strip_prefix("ERR ") {
                return Err(Failure::said(words));
            }
            if line.starts_with("# service=") {
                service = true;
            } else {
                advertisement.add(line, wants);
            }
        }
        match advertisement.value("object-format") {
            Some("sha1") | None => Ok(advertisement),
            Some(other) => Err(Failure::Broken(format!("the repository names objects by {other}, which plat cannot"))),
        }
    }

    /// Stops where there is more than there may be.
    fn bound(&self, lines: u64, bytes: u64) -> Result<(), Failure> {
        let counts =
            [(Limit::StoreRefs, lines), (Limit::Advertisement, bytes), (Limit::Concerned, self.tips.0.len() as u64)];
        let passed = counts.into_iter().find(|(limit, count)| limit.is_passed_by(*count));
        passed.map_or(Ok(()), |(limit, _)| Err(Failure::TooMuch(limit)))
    }

    fn add(&mut self, line: &str, wants: &dyn Fn(&str) -> bool) {
        let (line, capabilities) = line.split_once('\0').unwrap_or((line, ""));
        // They stand on the first line that has any.
        if self.capabilities.is_empty() {
            self.capabilities.extend(capabilities.split(' ').filter(|word| !word.is_empty()).map(str::to_owned));
        }
        if let Some((id, name)) = line.split_once(' ')
            && wants(name)
            && id.len() == 40
            && let Ok(id) = Oid::from_str(id)
        {
            self.tips.0.insert(name.to_owned(), id);
        }
    }

    /// Whether the server can do something.
    pub(super) fn can(&self, capability: &str) -> bool {
        self.capabilities.iter().any(|known| known == capability)
    }

    /// Those of the capabilities that the server has, for the first line of a request.
    pub(super) fn common(&self, ours: &[&str]) -> String {
        let mut common: Vec<&str> = ours.iter().copied().filter(|capability| self.can(capability)).collect();
        common.push(concat!("agent=plat/", env!("CARGO_PKG_VERSION")));
        common.join(" ")
    }

    fn value(&self, key: &str) -> Option<&str> {
        self.capabilities.iter().find_map(|known| known.strip_prefix(key)?.strip_prefix('='))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ID: &str = "0c2a40e5f9f1a87b7a1b4a5d3a7f2c1f0f5b4d12";

    fn said(sections: &[&[&str]]) -> Vec<u8> {
        let mut bytes = Vec::new();
        for section in sections {
            section.iter().for_each(|line| packet::append(&mut bytes, line));
            packet::flush(&mut bytes);
        }
        bytes
    }

    fn read(sections: &[&[&str]]) -> Result<Advertisement, Failure> {
        Advertisement::read(&mut said(sections).as_slice(), &|name| name == "refs/heads/main")
    }

    #[test]
    fn references_and_capabilities_are_read_over_ssh_and_http() {
        let main = format!("{ID} refs/heads/main\n");
        let head = format!("{ID} HEAD\0report-status atomic\n");
        for sections in [
            [[head.as_str(), &main].as_slice()].as_slice(),
            &[&["# service=git-receive-pack\n"], &[&head, "shallow 12\n", &main]],
        ] {
            let advertisement = read(sections).unwrap();
            assert_eq!(advertisement.tips.of("refs/heads/main").map(|id| id.to_string()).as_deref(), Some(ID));
            assert_eq!((advertisement.tips.0.len(), advertisement.can("atomic")), (1, true));
            assert!(advertisement.common(&["atomic", "ofs-delta"]).starts_with("atomic agent=plat/"));
        }
    }

    #[test]
    fn an_empty_repository_has_capabilities_alone_or_nothing() {
        let none = format!("{:040} capabilities^{{}}\0atomic\n", 0);
        let advertisement = read(&[&["# service=git-receive-pack\n"], &[&none]]).unwrap();
        assert!(advertisement.can("atomic") && advertisement.tips.0.is_empty());
        for sections in [[["# service=git-upload-pack\n"].as_slice(), &[]].as_slice(), &[&[]]] {
            assert_eq!(read(sections).unwrap(), Advertisement::default());
        }
    }

    #[test]
    fn what_a_server_complains_about_is_heard() {
        assert_eq!(read(&[&["ERR Repository not found."]]), Err(Failure::Missing));
        assert_eq!(read(&[&["ERR go away"]]), Err(Failure::Broken("the server says: go away".to_owned())));
        let line = format!("{:040} capabilities^{{}}\0object-format=sha256", 0);
        assert!(matches!(read(&[&[&line]]), Err(Failure::Broken(why)) if why.contains("sha256")));
    }

    #[test]
    fn a_list_has_an_end_and_capabilities_stand_once() {
        let name = format!("{ID} refs/heads/main\0cap\n");
        let mut line = Vec::new();
        packet::append(&mut line, &name);
        let many = line.repeat(Limit::StoreRefs.most() as usize + 1);
        let read = Advertisement::read(&mut many.as_slice(), &|_| true);
        assert_eq!(read, Err(Failure::TooMuch(Limit::StoreRefs)));
        let mut store = Vec::new();
        for number in 0..=Limit::Concerned.most() + 1 {
            packet::append(&mut store, &format!("{ID} refs/{number}\0{number}"));
        }
        let read = Advertisement::read(&mut store.as_slice(), &|_| true);
        assert_eq!(read, Err(Failure::TooMuch(Limit::Concerned)));
        let mut long = Vec::new();
        packet::append(&mut long, &format!("{ID} refs/x\0{}", "a ".repeat(30_000)));
        let long = long.repeat(2500);
        assert_eq!(Advertisement::read(&mut long.as_slice(), &|_| false), Err(Failure::TooMuch(Limit::Advertisement)));
    }

    proptest! {
        #[test]
        fn anything_may_answer(bytes in proptest::collection::vec(any::<u8>(), 0..200), line in "\\PC{0,80}") {
            let _ = Advertisement::read(&mut bytes.as_slice(), &|_| true);
            let _ = Advertisement::read(&mut said(&[&[&line], &[&line]]).as_slice(), &|_| true);
        }
    }
}
