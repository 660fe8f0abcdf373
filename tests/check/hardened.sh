#!/bin/sh
# hardened.sh - what the program is protected with, read from the program:
# "hardened.sh PROGRAM", built with the flags that configure chooses.
set -eu
LC_ALL=C
export LC_ALL
program=$1
status=0
# One line of readelf's, and what it means when there is none.
has() {
	readelf "$1" -W "$program" | grep -Eq "$2" ||
		{ echo "$program: $3"; status=1; }
}
has_not() {
	! readelf "$1" -W "$program" | grep -Eq "$2" ||
		{ echo "$program: $3"; status=1; }
}

has -h 'Type: +DYN' 'its addresses are fixed (no PIE)'
has -d 'FLAGS_1.* PIE' 'its addresses are fixed (no PIE)'
has -d 'BIND_NOW|FLAGS_1.* NOW' 'functions are bound late (no -z now)'
has -l '^ *GNU_RELRO ' 'its tables can be written (no RELRO)'
has -l '^ *GNU_STACK .* RW ' 'its stack can be run'
has -s '__stack_chk_fail' 'no stack protector'
has -s '__(mem|str|v?sn?|f|v?f)[a-z]*_chk' 'no FORTIFY'
has_not -d 'RPATH|RUNPATH' 'libraries come from a place of its own'
has_not -d 'TEXTREL' 'its code is changed when loaded'
exit $status
