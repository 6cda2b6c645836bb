#!/bin/sh
# Builds the container image of a release for both platforms of Linux, pushes it, and names it and its digest in $GITHUB_OUTPUT.
#
#   container.sh VERSION BINARIES IMAGE
set -eu
version=$1 binaries=$2
# Registries take no capitals.
image=$(printf '%s' "$3" | tr '[:upper:]' '[:lower:]')
context=$(mktemp -d)
trap 'rm -rf "$context"' EXIT
mkdir -p "$context/linux/amd64" "$context/linux/arm64"
cp "$binaries/x86_64-unknown-linux-musl/plat" "$context/linux/amd64/plat"
cp "$binaries/aarch64-unknown-linux-musl/plat" "$context/linux/arm64/plat"
cp /etc/ssl/certs/ca-certificates.crt "$context"
# Only a builder of its own makes one image of several platforms.
docker buildx create --use
docker buildx build --platform linux/amd64,linux/arm64 --file "$(dirname "$0")/Containerfile" --tag "$image:$version" \
  --push --metadata-file "$context/metadata.json" "$context"
echo "name=$image" >>"$GITHUB_OUTPUT"
echo "digest=$(jq -r '."containerimage.digest"' "$context/metadata.json")" >>"$GITHUB_OUTPUT"
