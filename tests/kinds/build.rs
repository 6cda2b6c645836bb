//! Lists the kinds of `k8s-openapi`, which has no list of its own: one type for each `impl crate::Resource` in its source.

use std::path::{Path, PathBuf};
use std::process::Command;

fn main() {
    let version = std::env::vars().find_map(|(name, _)| name.strip_prefix("CARGO_FEATURE_V1_").map(str::to_owned));
    let version = version.expect("a feature says the version: --features v1_37");
    let cargo = std::env::var("CARGO").expect("cargo runs this");
    let metadata = Command::new(cargo).args(["metadata", "--format-version", "1"]).output().expect("cargo metadata");
    let metadata: serde_json::Value = serde_json::from_slice(&metadata.stdout).expect("JSON");
    let packages = metadata["packages"].as_array().expect("packages");
    let package = packages.iter().find(|package| package["name"] == "k8s-openapi").expect("k8s-openapi");
    let manifest = package["manifest_path"].as_str().expect("a path");
    let source = Path::new(manifest).parent().expect("a folder").join("src").join(format!("v1_{version}"));
    let mut kinds = Vec::new();
    collect(&source, "k8s_openapi", &mut kinds);
    kinds.sort();
    let calls: String = kinds.iter().map(|kind| format!("    all.add::<{kind}>();\n")).collect();
    let text = format!("const VERSION: &str = \"1.{version}\";\nfn add_all(all: &mut All) {{\n{calls}}}\n");
    let out = PathBuf::from(std::env::var("OUT_DIR").expect("cargo says it")).join("list.rs");
    std::fs::write(out, text).expect("the list is written");
}

/// The types below a folder that are kinds, by the path of their module.
fn collect(folder: &Path, module: &str, kinds: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        if path.is_dir() {
            collect(&path, &format!("{module}::{name}"), kinds);
        } else if let Ok(text) = std::fs::read_to_string(&path) {
            // What stands in `pod.rs` is re-exported by the module that it is in.
            let kinds_of = text.lines().filter_map(|line| line.strip_prefix("impl crate::Resource for "));
            kinds.extend(kinds_of.filter_map(|rest| Some(format!("{module}::{}", rest.strip_suffix(" {")?))));
        }
    }
}
