#!/bin/sh
# Runs the commands of "A first plugin in ten minutes" and "In C++, C or Rust" as they stand, each chapter from the top of
# the project: walkthrough_test.sh BUILD_FOLDER README
set -eu
build=$1
readme=$2
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
mkdir -p "$place/home" "$place/project/build"
ln -s "$build" "$place/project/build/release"
ln -s "$(cd "$(dirname "$readme")" && pwd)" "$place/project/plugins"
{
  echo 'set -eu'
  awk -v top="$place/project" '/^## /{on = /A first plugin|In C\+\+/; if (on) print "cd " top} /^```/{inside = on && $0 == "```sh"; next}
    on && inside' "$readme"
} > "$place/commands.sh"
[ "$(wc -l < "$place/commands.sh")" -gt 10 ] || { echo "the README has no commands to run"; exit 1; }
cd "$place/project"
unset XDG_DATA_HOME XDG_STATE_HOME
HOME=$place/home sh "$place/commands.sh" > "$place/out" 2>&1 || { cat "$place/out"; exit 1; }
cat "$place/out"
# No server runs here, so the list says of it only that it starts.
# The lines that the README shows, twice: in process and isolated.
for line in 'draft.md:1:3: hint: This word adds no strength. \[weak-word\]' \
  'draft.md:3:8: hint: This word adds no strength. \[weak-word\]'; do
  [ "$(grep -c "^$line\$" "$place/out")" = 2 ] || { echo "not printed twice: $line"; exit 1; }
done
grep -q '^This' "$place/project/very_words/tests/simply.md" && grep -q 'simply.md:3:9' "$place/project/very_words/tests/simply.md.expected"
grep -q '^draft.md:3:19: hint: A report does not shout. \[loud\]$' "$place/out"
grep -q '^1 file, 0 not as expected$' "$place/out"
grep -q '^org.example.very-words  *1.0.0  *starts' "$place/out"
[ -f "$place/home/.local/share/assay/plugins/org.example.very-words.so" ]
