use std::io::{Error, Read};
use std::time::{Duration, Instant};

use super::Failure;

/// The least bytes in each stretch of time.
const LEAST: u64 = 1024;

/// A list, or a pack, that comes at some pace: a server that has begun with it has it at hand, and one that drips it keeps a
/// run forever.
pub(super) struct Paced<R> {
    reader: R,
    stretch: Duration,
    since: Instant,
    bytes: u64,
}

impl<R> Paced<R> {
    /// A reader that gets on by some bytes in each stretch.
    pub(super) fn new(reader: R, stretch: Duration) -> Self {
        Self { reader, stretch, since: Instant::now(), bytes: 0 }
    }
}

impl<R: Read> Read for Paced<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.reader.read(buffer)?;
        self.bytes += count as u64;
        if count > 0 && self.since.elapsed() >= self.stretch {
            if self.bytes < LEAST {
                let seconds = self.stretch.as_secs_f64();
                let words = format!("what it sends comes slower than {LEAST} bytes in {seconds} s");
                return Err(Error::other(Failure::Broken(words)));
            }
            (self.since, self.bytes) = (Instant::now(), 0);
        }
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives so many bytes in each millisecond.
    struct Drip(usize);

    impl Read for Drip {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            std::thread::sleep(Duration::from_millis(1));
            let count = buffer.len().min(self.0);
            buffer[..count].fill(b'x');
            Ok(count)
        }
    }

    #[test]
    fn what_drips_is_given_up_and_what_flows_is_not() {
        let read = |bytes: usize| {
            let mut paced = Paced::new(Drip(bytes), Duration::from_millis(50));
            let mut buffer = [0; 4096];
            (0..400).try_for_each(|_| paced.read(&mut buffer).map(drop)).map_err(Failure::from)
        };
        assert!(matches!(read(1), Err(Failure::Broken(words)) if words.contains("slower than 1024 bytes in 0.05 s")));
        assert_eq!(read(4096), Ok(()));
    }
}
