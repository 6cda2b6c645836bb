#!/bin/sh
# Installs the servers that tests/servers runs and the shells and the editor that tests/command asks, where one of them is missing. Needs apt-get and its rights.
set -eu
missing=
for part in zsh:zsh fish:fish nvim:neovim nginx:nginx-light fcgiwrap:fcgiwrap sshd:openssh-server ssh-keygen:openssh-client openssl:openssl git:git; do
  PATH="$PATH:/usr/sbin:/sbin" command -v "${part%%:*}" >/dev/null || missing="$missing ${part#*:}"
done
ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || missing="$missing postgresql"
[ -z "$missing" ] && exit 0
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
# shellcheck disable=SC2086 # the names are words
exec apt-get install -y -qq --no-install-recommends $missing
