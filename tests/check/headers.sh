#!/bin/sh
# headers.sh - each header compiles alone, so that the order of includes
# never matters.
set -eu
: "${CHECK_CC:=cc}" "${CHECK_FLAGS:?run by make check}"
cd "${srcdir:-.}"

alone() {
	case $1 in
	tests/*) [ -z "${1##tests/fuzz/*}" ] || flags="$CHECK_FLAGS -Itests" ;;
	*) flags=$CHECK_FLAGS ;;
	esac
	echo "#include \"$1\"" |
		$CHECK_CC $flags -I. -fsyntax-only -x c - 2>&1 ||
		echo "$1 does not compile alone"
}

out=$(find src ui tests -name '*.h' | sort | while read -r header; do
	alone "$header"
done)
[ -z "$out" ] || { echo "$out"; exit 1; }
