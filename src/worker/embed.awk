# embed.awk - turn the messages of src/worker/samples into one C file
#
# The first line of each says where it belongs (X-Sample: ACCOUNT FOLDER
# FLAGS AGE); it is taken off, and the rest becomes a string, byte by byte.
# Runs in the C locale with any POSIX awk.

function fail(why) {
	print FILENAME ": " why | "cat 1>&2"
	failed = 1
	exit 1
}

BEGIN {
	count = 0
	print "/* Made by embed.awk from src/worker/samples. */"
	print "#include \"worker/sample_mail.h\"\n"
}

FNR == 1 {
	if ($1 != "X-Sample:" || NF != 5)
		fail("the first line is not X-Sample: and four words")
	if ($5 !~ /^-?[0-9]+$/)
		fail("the age is not a number of minutes")
	if (count)
		print "\t;\n"
	row[count] = "\"" $2 "\", \"" $3 "\", \"" $4 "\", " $5
	print "static const char mail_" count++ "[] ="
	next
}

{
	gsub(/\\/, "&&")
	gsub(/"/, "\\\"")
	gsub(/\t/, "\\t")
	print "\t\"" $0 "\\n\""
}

END {
	if (failed)
		exit 1
	print "\t;\n\nconst struct sample_mail sample_mails[] = {"
	for (i = 0; i < count; i++)
		print "\t{ " row[i] ", mail_" i ", sizeof(mail_" i ") - 1 },"
	print "};\n\nconst size_t sample_mails_count = " count ";"
}
