//! The digests of bodies that were read before, kept between runs: what a blob holds never changes, so that nothing is read twice. It is a
//! cache: where the file is not what was written, or is not there, everything is read once more.

use std::cell::RefCell;
use std::collections::HashMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use git2::{Error, Oid, Repository};
use rayon::prelude::*;

use super::text;
use crate::adapter::git::objects::tree;
use crate::file::{Replacement, make_private, read_plain};
use crate::model::Digest;

/// How a file begins: what it is, and its form.
const BEGINNING: &[u8; 16] = b"plat digests 01\n";

const OID: usize = 20;
const DIGEST: usize = 16;

/// Above so many that are not known all processors read.
const MANY: usize = 200;

/// Digests by the blobs of bodies.
#[derive(Debug)]
pub(super) struct Known {
    /// Where they are kept; nothing for no longer than this lives.
    file: Option<PathBuf>,
    /// Nothing before the file was read.
    digests: RefCell<Option<HashMap<Oid, Digest>>>,
}

impl Known {
    pub(super) fn new(file: Option<PathBuf>) -> Self {
        Self { file, digests: RefCell::default() }
    }

    fn with<T>(&self, work: impl FnOnce(&mut HashMap<Oid, Digest>) -> T) -> T {
        let mut digests = self.digests.borrow_mut();
        work(digests.get_or_insert_with(|| self.file.as_deref().and_then(read).unwrap_or_default()))
    }

    pub(super) fn of(&self, blob: Oid) -> Option<Digest> {
        self.with(|digests| digests.get(&blob).copied())
    }

    /// Reads those of some blobs that are not known yet, and keeps these and no others for the next run. One that is no body is not
    /// known afterwards.
    pub(super) fn learn(&self, repository: &Repository, blobs: &[Oid]) -> Result<(), Error> {
        let mut unknown: Vec<Oid> = blobs.iter().copied().filter(|blob| self.of(*blob).is_none()).collect();
        unknown.sort_unstable();
        unknown.dedup();
        let digest = |repository: &Repository, blob: &Oid| {
            let content = tree::small_blob(repository, *blob)?;
            Ok(text::body(content.content()).ok().map(|body| (*blob, text::digest(&body))))
        };
        let learnt: Vec<(Oid, Digest)> = if unknown.len() > MANY {
            let place = repository.path();
            let each = unknown.par_chunks(MANY).map(|blobs| {
                let repository = Repository::open(place)?;
                blobs.iter().filter_map(|blob| digest(&repository, blob).transpose()).collect::<Result<Vec<_>, Error>>()
            });
            each.collect::<Result<Vec<_>, Error>>()?.concat()
        } else {
            unknown.iter().filter_map(|blob| digest(repository, blob).transpose()).collect::<Result<_, Error>>()?
        };
        let (is_new, before) = (!learnt.is_empty(), self.with(|digests| digests.len()));
        self.with(|digests| digests.extend(learnt));
        // What nobody asks for any more does not heap up.
        if let Some(file) = &self.file
            && (is_new || before > 2 * blobs.len())
        {
            let mut kept: Vec<(Oid, Digest)> = blobs.iter().filter_map(|blob| Some((*blob, self.of(*blob)?))).collect();
            kept.sort_unstable_by_key(|(blob, _)| *blob);
            kept.dedup_by_key(|(blob, _)| *blob);
            // Without it the next run reads more.
            let _ = write(file, &kept);
        }
        Ok(())
    }
}

/// What a file holds; nothing where it is not as it was written.
fn read(file: &Path) -> Option<HashMap<Oid, Digest>> {
    let bytes = read_plain(file).ok()??;
    let (content, sum) = bytes.split_at_checked(bytes.len().checked_sub(DIGEST)?)?;
    if Digest::of(content).0 != *sum {
        return None;
    }
    let records = content.strip_prefix(BEGINNING)?.chunks_exact(OID + DIGEST);
    let record = |record: &[u8]| {
        let (blob, digest) = record.split_at_checked(OID)?;
        Some((Oid::from_bytes(blob).ok()?, Digest(digest.try_into().ok()?)))
    };
    records.map(record).collect()
}

/// Writes a file, which is whole whenever somebody sees it.
fn write(file: &Path, digests: &[(Oid, Digest)]) -> io::Result<()> {
    let mut bytes = Vec::with_capacity(BEGINNING.len() + digests.len() * (OID + DIGEST) + DIGEST);
    bytes.extend_from_slice(BEGINNING);
    for (blob, digest) in digests {
        bytes.extend_from_slice(blob.as_bytes());
        bytes.extend_from_slice(&digest.0);
    }
    let sum = Digest::of(&bytes);
    bytes.extend_from_slice(&sum.0);
    file.parent().map_or(Ok(()), make_private)?;
    Replacement::of(file, |new| new.write_all(&bytes))?.replace()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use tempfile::TempDir;

    #[test]
    fn what_was_read_is_known_to_the_next_run_and_a_damaged_file_is_none() {
        let folder = TempDir::new().unwrap();
        let repository = Repository::init_bare(folder.path().join("r.git")).unwrap();
        let blobs: Vec<Oid> =
            (0..450).map(|number| repository.blob(format!("{{\"a\":{number}}}").as_bytes()).unwrap()).collect();
        let odd = repository.blob(b"no body").unwrap();
        let file = folder.path().join("own").join("digests");
        let asked: Vec<Oid> = blobs.iter().copied().chain([odd]).collect();
        Known::new(Some(file.clone())).learn(&repository, &asked).unwrap();
        let known = Known::new(Some(file.clone()));
        assert_eq!((known.of(odd), known.of(blobs[0])), (None, Some(Digest::of(b"{\"a\":0}"))));
        assert!(blobs.iter().all(|blob| known.of(*blob).is_some()));
        // Those that are gone are forgotten, once they are many.
        known.learn(&repository, &blobs[..100]).unwrap();
        assert_eq!(read(&file).unwrap().len(), 100);
        let whole = fs::read(&file).unwrap();
        for place in [0, 20, whole.len() - 1] {
            let mut damaged = whole.clone();
            damaged[place] ^= 1;
            fs::write(&file, damaged).unwrap();
            assert_eq!(Known::new(Some(file.clone())).of(blobs[0]), None);
        }
        for end in 0..40 {
            fs::write(&file, &whole[..end]).unwrap();
            assert_eq!(Known::new(Some(file.clone())).of(blobs[0]), None);
        }
        assert_eq!(fs::read_dir(file.parent().unwrap()).unwrap().count(), 1);
    }
}
