mod laws;
mod reference;
mod semantics;
mod world;
