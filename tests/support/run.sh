#!/bin/sh
# run.sh - run one test program in a folder for its files; end it when it
# hangs for two hours, fail it when a test of it leaked or left files
#
# Criterion takes no notice of how a child ends once its test is through, so
# what the leak checker says there must be read from its words.
TMPDIR=$(mktemp -d /tmp/vt.XXXXXX) || exit 99
trap 'rm -rf "$TMPDIR" "$TMPDIR.log"' EXIT
trap 'exit 99' HUP INT TERM
export TMPDIR
chmod 755 "$TMPDIR"	# Dovecot has users of its own

timeout --foreground -k 10 7200 "$@" >"$TMPDIR.log" 2>&1
status=$?
cat "$TMPDIR.log"
[ "$status" -ne 124 ] || echo "run.sh: it did not end"
if [ "$status" -eq 0 ] &&
   grep -aq 'ERROR: LeakSanitizer' "$TMPDIR.log"; then
	echo "run.sh: a test leaked memory"
	status=1
fi
left=$(ls -A "$TMPDIR")
if [ "$status" -eq 0 ] && [ -n "$left" ]; then
	echo "run.sh: left behind:" $left
	status=1
fi
exit "$status"
