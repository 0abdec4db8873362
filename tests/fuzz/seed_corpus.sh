#!/bin/sh
# seed_corpus.sh DIR TARGET: writes what the corpus has for that target, a line of hexadecimal an input, as one binary
# file each into the folder.
set -eu
lines=$(dirname "$0")/corpus/$2.hex
[ -e "$lines" ] || exit 0
mkdir -p "$1"
n=0
while read -r line; do
  n=$((n + 1))
  printf '%s' "$line" | xxd -r -p > "$1/seed-$n"
done < "$lines"
