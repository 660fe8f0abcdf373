#!/bin/sh
# style.sh - the layout of the Linux kernel as far as a glance can tell:
# tabs of 8, 80 columns, functions of a screen or two, files of one job.
set -eu
cd "${srcdir:-.}"

find src ui tests bench -name '*.[ch]' | sort | LC_ALL=C xargs awk '
function bad(what) {
	printf "%s:%d: %s\n", FILENAME, FNR, what
	status = 1
}
# Columns of a line, tabs of 8.
function columns(line,   n, i, c) {
	n = 0
	for (i = 1; i <= length(line); i++) {
		c = substr(line, i, 1)
		if (c == "\t")
			n += 8 - n % 8
		# Of UTF-8, the octets that begin a character.
		else if (c !~ /[\200-\277]/)
			n++
	}
	return n
}
function file_end() {
	if (file != "" && lines > 600)
		printf "%s: %d lines, more than 600\n", file, lines
	if (file != "" && lines > 600)
		status = 1
	if (file != "" && file ~ /\.h$/ && !guard) {
		printf "%s: no include guard\n", file
		status = 1
	}
}
FNR == 1 {
	file_end()
	file = FILENAME
	files++
	guard = 0
	begun = one_line = 0
	name = file
	sub(/.*\//, "", name)
	if ($0 != "/*")
		bad("a file opens with a comment on what it is for")
}
FNR == 2 && index($0, " * " name " - ") != 1 {
	bad("the first words are \"" name " - \"")
}
{ lines = FNR }
/[ \t]$/ { bad("blank at the end of the line") }
/\r/ { bad("carriage return") }
/^        / { bad("blanks where a tab belongs") }
/ \t/ { bad("blank before a tab") }
/^[ \t]*\/\// { bad("comments stand in /* */") }
/TODO|FIXME|XXX/ { if ($0 !~ /XXXX/) bad("do it or leave it out") }
/^typedef struct/ { bad("struct x, no typedef") }
/^#ifndef (VERSO|TESTS)_/ { guard = 1 }
columns($0) > 80 { bad(columns($0) " columns") }
/^[a-z].*[a-z0-9_]\(.*\)$/ && !/^(Test|TestSuite|Theory)/ {
	if ($0 ~ /^(static |struct |enum |const |void |int |bool |char |size_t |uint|gint)/)
		one_line = FNR
}
/^\{/ {
	begun = FNR
	if (one_line == FNR - 1)
		bad("the return type stands on its own line")
}
/^\}/ {
	if (begun && FNR - begun - 1 > 80)
		bad("a function of " FNR - begun - 1 " lines, more than 80")
	begun = 0
}
END {
	file_end()
	if (files < 20) {
		print "only " files + 0 " files seen: is this the tree?"
		status = 1
	}
	exit status
}'
