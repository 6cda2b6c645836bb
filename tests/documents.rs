//! Documents run.
