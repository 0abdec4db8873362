#!/bin/sh
# Writes the corpus's lines as one binary file each into the folder given.
set -eu
here=$(dirname "$0")
mkdir -p "$1"
n=0
while read -r line; do
  n=$((n + 1))
  printf '%s' "$line" | xxd -r -p > "$1/seed-$n"
done < "$here/corpus/updates.hex"
