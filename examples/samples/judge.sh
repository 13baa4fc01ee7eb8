#!/usr/bin/env bash
# Judges the samples with the built-in policy and prints the table of verdicts: judge.sh UPLOADGATE
set -euo pipefail
uploadgate=$(realpath "$1")
cd "$(dirname "${BASH_SOURCE[0]}")"
echo "Honest files:"
"$uploadgate" check honest/* || true
echo
echo "Hostile files:"
"$uploadgate" check hostile/* || true
echo
