#!/bin/sh
# The kept binaries are those that were committed, and still run: test.sh ASSAY
set -eu
cd "$(dirname "$0")"
sha256sum --check --quiet SHA256SUMS
"$1" plugin run long_sentences_1_0_x86_64.so --tests tests
"$1" plugin run long_sentences_1_0_x86_64.so --isolated --tests tests
