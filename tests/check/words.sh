#!/bin/sh
# words.sh - README and manual speak of the commands that there are: each
# "verso WORD" in them is one, and each one is in the manual.
set -eu
help=$(./verso help)
man=$(MANWIDTH=300 man -l doc/verso.1 | col -b)
known=$(echo "$help" | sed -n 's/^verso \([a-z][a-z-]*\).*/\1/p' | sort -u)
status=0

named() { grep -oE "(^|[^-/A-Za-z0-9.])verso [a-z][a-z-]*" | sed 's/.*verso //' | sort -u; }

# What follows the name in running text.
text=' keeps opens and in is '
for word in $( { echo "$man"; grep -E '`verso |^	verso ' "${srcdir:-.}/README" |
	sed 's/`\(verso [a-z]*\)/\n\1/g'; } | named); do
	case "$text" in *" $word "*) continue ;; esac
	echo "$known" | grep -qx "$word" ||
		{ echo "there is no “verso $word”"; status=1; }
done
for word in $known; do
	echo "$man" | grep -q "^ *verso $word\b" ||
		{ echo "verso.1 does not tell of “verso $word”"; status=1; }
done
[ "$(echo "$known" | wc -l)" -gt 5 ] ||
	{ echo "verso help names too few commands"; status=1; }
exit $status
