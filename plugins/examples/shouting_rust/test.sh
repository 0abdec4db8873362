#!/bin/sh
# Builds the plugin with rustc and runs its tests, in process and isolated: test.sh ASSAY BUILD_FOLDER
set -eu
here=$(dirname "$0")
if ! command -v rustc >/dev/null || ! rustc --version >/dev/null 2>&1; then
  echo "there is no rustc: the plugin in Rust is not tested"
  exit 77
fi
rustc --edition 2021 -O -o "$2/shouting.so" "$here/shouting.rs"
"$1" plugin run "$2/shouting.so" --tests "$here/tests"
"$1" plugin run "$2/shouting.so" --isolated --tests "$here/tests"
