#!/bin/sh
# tidy.sh - clang-tidy with the checks of .clang-tidy over the program's
# sources.  A file is looked at again only when it, what it includes, the
# flags or the checks have changed.
set -eu
command -v clang-tidy >/dev/null || { echo "clang-tidy is missing"; exit 1; }
: "${CHECK_FLAGS:?run by make check}"
build=$PWD
cd "${srcdir:-.}"
CHECK_SEEN=$build/tests/check/tidy.cache
export CHECK_FLAGS CHECK_SEEN
mkdir -p "$CHECK_SEEN"

find src ui -name '*.c' | sort | xargs -P "$(nproc)" -n 1 sh -c '
	stamp=$CHECK_SEEN/$({ cat .clang-tidy "$0"
		clang $CHECK_FLAGS -E "$0"; } 2>/dev/null | sha256sum |
		cut -c1-40)
	[ ! -e "$stamp" ] || exit 0
	clang-tidy --quiet "$0" -- $CHECK_FLAGS 2>/dev/null || exit 1
	: >"$stamp"'
