//! What the binary needs of the system that it runs on.

#![cfg(all(target_os = "linux", target_pointer_width = "64", target_endian = "little"))]

/// What a system with a C library has: that, its loader, and what ends a panic.
const OF_THE_SYSTEM: [&str; 5] = ["ld-linux", "libc.", "libgcc_s.", "libm.", "libpthread."];

/// The numbers of the ELF format: a segment that says what is linked, and in that a library, the place of names, and the end.
const DYNAMIC: u64 = 2;
const NEEDED: u64 = 1;
const NAMES: u64 = 5;

struct Elf(Vec<u8>);

impl Elf {
    fn number(&self, at: u64, length: usize) -> u64 {
        let at = usize::try_from(at).unwrap();
        let mut bytes = [0; 8];
        bytes[..length].copy_from_slice(&self.0[at..at + length]);
        u64::from_le_bytes(bytes)
    }

    /// The segments: each with its kind, its place in the file, its address and its length.
    fn segments(&self) -> Vec<(u64, u64, u64, u64)> {
        let (start, size, count) = (self.number(32, 8), self.number(54, 2), self.number(56, 2));
        let segment =
            |at| (self.number(at, 4), self.number(at + 8, 8), self.number(at + 16, 8), self.number(at + 32, 8));
        (0..count).map(|number| segment(start + number * size)).collect()
    }

    /// The names of the libraries that the loader looks for.
    fn needed(&self) -> Vec<String> {
        let segments = self.segments();
        let (_, place, _, length) = *segments.iter().find(|segment| segment.0 == DYNAMIC).unwrap();
        let entries: Vec<(u64, u64)> = (0..length / 16)
            .map(|number| place + number * 16)
            .map(|at| (self.number(at, 8), self.number(at + 8, 8)))
            .collect();
        let address = entries.iter().find(|entry| entry.0 == NAMES).unwrap().1;
        let is_around = |segment: &&(u64, u64, u64, u64)| (segment.2..segment.2 + segment.3).contains(&address);
        let around = segments.iter().filter(|segment| segment.0 == 1).find(is_around).unwrap();
        let names = usize::try_from(address - around.2 + around.1).unwrap();
        let needed = entries.iter().filter(|entry| entry.0 == NEEDED);
        let name = |at: u64| {
            let name = &self.0[names + usize::try_from(at).unwrap()..];
            String::from_utf8(name.split(|byte| *byte == 0).next().unwrap().to_vec()).unwrap()
        };
        needed.map(|entry| name(entry.1)).collect()
    }
}

#[test]
fn the_binary_needs_a_c_library_and_nothing_else() {
    let elf = Elf(std::fs::read(env!("CARGO_BIN_EXE_plat")).unwrap());
    let needed = elf.needed();
    assert!(needed.iter().any(|name| name.starts_with("libc.")), "{needed:?}");
    let is_known = |name: &String| OF_THE_SYSTEM.iter().any(|known| name.starts_with(known));
    let other: Vec<&String> = needed.iter().filter(|name| !is_known(name)).collect();
    assert!(other.is_empty(), "{other:?}");
}
