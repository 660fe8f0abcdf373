#!/bin/sh
# layers.sh - no include crosses a border of the house upwards, and each big
# library is known in one room only.  The table below is the house.
set -eu
cd "${srcdir:-.}"

find src ui -name '*.[ch]' | sort | xargs awk '
function room_of(path,   p) {
	if (path ~ /^ui\//)
		return "ui"
	split(path, p, "/")
	return p[3] == "" ? "main" : p[2]
}
function sees(room, list,   n, i, p) {
	n = split(list, p, " ")
	for (i = 1; i <= n; i++)
		may[room, p[i]] = 1
	may[room, room] = 1
	known[room] = 1
}
function only(pattern, where) {
	library[++libraries] = pattern
	home[libraries] = where
}
function bad(what) {
	printf "%s:%d: %s\n", FILENAME, FNR, what
	status = 1
}
BEGIN {
	sees("base", "")
	sees("model", "base")
	sees("net", "base model")
	sees("store", "base model")
	sees("mime", "base model")
	sees("sync", "base model net store mime")
	sees("worker", "base model net store mime sync")
	sees("control", "base model store mime worker")
	sees("ui", "base model control store mime")
	sees("cli", "base model net store mime sync worker control")
	sees("main", "base model net store mime sync worker control cli ui")
	only("^n?curses", "^ui/term_curses\\.c$")
	only("^(ncursesw/|term\\.h|panel\\.h)", "^ui/term_curses\\.c$")
	only("^libetpan/", "^src/net/")
	only("^openssl/evp\\.h", "^src/(net|store)/")
	only("^openssl/(.*[^p]|.*[^v]p)\\.h", "^src/net/")
	only("^sqlite3", "^src/store/")
	only("^(gmime|gumbo|gpgme)", "^src/mime/")
	only("^ini\\.h", "^src/control/")
}
/^#[ \t]*include[ \t]*"/ {
	split($0, q, "\"")
	to = q[2]
	sub(/^(src|ui)\//, "", to)
	from = room_of(FILENAME)
	split(to, p, "/")
	room = p[2] == "" ? from : p[1]
	if (q[2] ~ /^ui\//)
		room = "ui"
	files++
	if (!(room in known))
		next
	if (!((from, room) in may))
		bad(from " must not know " room " (" q[2] ")")
	if (from == "control" && room == "worker" && q[2] != "worker/link.h")
		bad("control knows worker/link.h alone")
}
/^#[ \t]*include[ \t]*</ {
	name = $0
	sub(/^[^<]*</, "", name)
	sub(/>.*/, "", name)
	for (i = 1; i <= libraries; i++)
		if (name ~ library[i] && FILENAME !~ home[i])
			bad("<" name "> does not belong here")
}
END {
	if (files < 20) {
		print "only " files + 0 " includes seen: is this the tree?"
		status = 1
	}
	exit status
}'
