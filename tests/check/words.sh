#!/bin/sh
# words.sh - README and manual speak of the commands that there are: each
# "verso WORD" that is written as a command is one, and the manual has each.
set -eu
top=${srcdir:-.}
known=$(./verso help | sed -n 's/^verso \([a-z][a-z-]*\).*/\1/p' | sort -u)
manual=$(sed -n 's/^\\fBverso \([a-z-]*\)\\fR.*/\1/p' "$top/doc/verso.1.in")
readme=$(grep -oE '(^	|`)verso [a-z-]+' "$top/README" | sed 's/.*verso //')
status=0

for word in $manual $readme; do
	echo "$known" | grep -qx "$word" ||
		{ echo "there is no \"verso $word\""; status=1; }
done
for word in $known; do
	echo "$manual" | grep -qx "$word" ||
		{ echo "verso.1 does not tell of \"verso $word\""; status=1; }
done
for words in "$known" "$manual" "$readme"; do
	[ "$(echo "$words" | wc -l)" -gt 5 ] ||
		{ echo "too few commands were seen"; status=1; }
done
exit $status
