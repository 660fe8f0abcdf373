#!/bin/sh
# dist.sh - what is packed builds outside its tree, installs where it is told
# to, runs from there, and is gone after uninstall.  (make distcheck does the
# same with all tests.)
set -eu
: "${CHECK_CC:?run by make check}"
unset MAKEFLAGS MFLAGS MAKELEVEL srcdir || :
tmp=$(mktemp -d)
trap 'chmod -R u+w "$tmp"; rm -rf "$tmp"' EXIT
fail() { echo "$*"; exit 1; }

make -s distdir distdir="$tmp/verso" >"$tmp/log" 2>&1 ||
	{ cat "$tmp/log"; fail "make distdir failed"; }
chmod -R a-w "$tmp/verso"
mkdir "$tmp/build"
cd "$tmp/build"
CCACHE_BASEDIR=$tmp CCACHE_NOHASHDIR=1
export CCACHE_BASEDIR CCACHE_NOHASHDIR
../verso/configure -q CC="$CHECK_CC" --prefix=/usr/local
make -s -j"$(nproc)" >"$tmp/log" 2>&1 ||
	{ tail -40 "$tmp/log"; fail "what is packed does not build"; }
make -s install DESTDIR="$tmp/root" >"$tmp/log" 2>&1 ||
	{ cat "$tmp/log"; fail "make install failed"; }

at=$tmp/root/usr/local
for file in bin/verso share/man/man1/verso.1 share/man/man5/verso.5 \
	share/verso/themes/dusk.theme share/verso/themes/contrast.theme; do
	[ -s "$at/$file" ] || fail "$file is not installed"
done
sh ../verso/tests/check/hardened.sh "$at/bin/verso" ||
	fail "the installed program is not protected"
HOME=$tmp "$at/bin/verso" version | grep -q '^verso [0-9]' ||
	fail "the installed program does not run"
for page in 1 5; do
	out=$(MANWIDTH=80 man --warnings -l "$at/share/man/man$page/verso.$page" \
		2>&1 >/dev/null) || fail "verso.$page: $out"
	[ -z "$out" ] || fail "verso.$page: $out"
done

make -s uninstall DESTDIR="$tmp/root" >"$tmp/log" 2>&1
left=$(find "$tmp/root" -type f)
[ -z "$left" ] || fail "left after uninstall: $left"
make -s distclean >"$tmp/log" 2>&1
left=$(find "$tmp/build" -type f)
[ -z "$left" ] || fail "left after distclean: $left"
