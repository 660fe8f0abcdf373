#!/bin/sh
# run.sh - run one test program, and fail it when a test of it leaked
#
# Criterion takes no notice of how a child ends once its test is through, so
# what the leak checker says there must be read from its words.
log=$(mktemp) || exit 99
trap 'rm -f "$log"' EXIT
"$@" >"$log" 2>&1
status=$?
cat "$log"
if [ "$status" -eq 0 ] && grep -aq 'ERROR: LeakSanitizer' "$log"; then
	echo "run.sh: a test leaked memory"
	status=1
fi
exit "$status"
