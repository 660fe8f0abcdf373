#!/bin/sh
# cppcheck.sh - what cppcheck warns of, false alarms taken out in
# cppcheck.supp with a reason each.
set -eu
command -v cppcheck >/dev/null || { echo "cppcheck is missing"; exit 1; }
build=$PWD
cd "${srcdir:-.}"
cache=$build/tests/check/cppcheck.cache
mkdir -p "$cache"

exec cppcheck --quiet --error-exitcode=1 --std=c11 --language=c \
	--enable=warning,performance,portability --inline-suppr \
	--suppressions-list=tests/check/cppcheck.supp --library=gtk \
	--cppcheck-build-dir="$cache" -j "$(nproc)" -D__GNUC__=12 \
	-I src -I . src ui tests/support
