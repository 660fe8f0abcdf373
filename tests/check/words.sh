#!/bin/sh
# words.sh - README and manual speak of the commands that there are: each
# "verso WORD" that is written as a command is one, and the manual, as it was
# made, has each with all its options.
set -eu
top=${srcdir:-.}
known=$(./verso help | sed -n 's/^verso \([a-z][a-z-]*\).*/\1/p' | sort -u)
manual=$(sed -n 's/^\\fBverso\\fR \\fB\([a-z-]*\)\\fR.*/\1/p' doc/verso.1)
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
for word in $known; do
	for option in $(./verso help "$word" | sed -n 's/^  -[^-]*-*\(-[a-z-]*\).*/\1/p'); do
		sed -n "/^.fBverso.fR .fB$word.fR/,/^.RE/p" doc/verso.1 |
			sed 's/\\-/-/g' | grep -q -e "-$option.fR" ||
			{ echo "verso.1 misses -$option of $word"; status=1; }
	done
done
for words in "$known" "$manual" "$readme"; do
	[ "$(echo "$words" | wc -l)" -gt 5 ] ||
		{ echo "too few commands were seen"; status=1; }
done
exit $status
