/*
 * samples.c - the mail of the demo, newest first
 */
#include "worker/samples.h"

#include "model/flags.h"

#define MIXED "multipart/mixed; boundary=cut"
#define HTML "text/html; charset=utf-8"
#define FLOWED "text/plain; charset=utf-8; format=flowed"

const struct sample samples[] = {
	{ "INBOX", 0, FLAG_FLAGGED, "welcome", NULL,
	  "verso <verso@demo.example>", "Welcome: ten keys to begin with",
	  FLOWED,
	  "All of this is made up, lives in memory, and goes when you quit.\n"
	  "\n"
	  "  j k      down and up          Enter    open, or next page\n"
	  "  i or q   back                 Tab      next unread\n"
	  "  c        another folder       y        the list of folders\n"
	  "  F        flag                 N        read or unread\n"
	  "  v        attachments          G        Send/Receive\n"
	  "  ?        every key there is\n"
	  "\n"
	  "New mail comes by itself in a moment. No key ever waits for a\n"
	  "server: what you see is your own copy.\n" },
	{ "INBOX", 1, 0, "lunch", NULL, "Ann Lee <ann@demo.example>",
	  "Lunch on Thursday?", NULL,
	  "Hi,\n\nthe place by the river is open again. Thursday, 12:30?\n\n"
	  "Ann\n\n-- \nAnn Lee · room 214\n" },
	{ "INBOX", 1, 0, "lunch-re", "lunch", "Bob Hart <bob@demo.example>",
	  "Re: Lunch on Thursday?", NULL,
	  "> Thursday, 12:30?\n\nI am in. Shall I ask for a table outside?\n"
	  "\nBob\n" },
	{ "INBOX", 2, FLAG_SEEN, "lunch-re2", "lunch-re",
	  "Chidi Eze <chidi@demo.example>", "Re: Lunch on Thursday?", NULL,
	  ">> Thursday, 12:30?\n> Shall I ask for a table outside?\n\n"
	  "Yes, please. Four of us.\n" },
	{ "INBOX", 3, 0, "news", NULL,
	  "The Weekly Fern <news@fern.example>",
	  "Ferns in winter, and a letter from Skye", HTML,
	  "<html><body><h1>The Weekly Fern</h1><p>Five things to do for your "
	  "<b>ferns</b> before the frost:</p><ol><li>Mulch.</li><li>Water "
	  "once more.</li><li>Leave the old fronds.</li><li>Move the pots."
	  "</li><li>Wait.</li></ol><p>Read <a href=\"https://fern.example/"
	  "skye\">the letter from Skye</a> or <a href=\"https://fern.example/"
	  "bye\">unsubscribe</a>.</p></body></html>\n" },
	{ "INBOX", 5, FLAG_SEEN, "photos", NULL,
	  "Marta Ruiz <marta@demo.example>", "Two files from the workshop",
	  MIXED,
	  "--cut\nContent-Type: text/plain; charset=utf-8\n\nHere they are: "
	  "the notes and the figures. Press v to see them.\n\nMarta\n"
	  "--cut\nContent-Type: text/plain; charset=utf-8; name=notes.txt\n"
	  "Content-Disposition: attachment; filename=notes.txt\n\n"
	  "1. Bytes first, then the record that points to them.\n"
	  "2. Count the points a test has visited.\n"
	  "--cut\nContent-Type: text/csv; charset=utf-8\n"
	  "Content-Disposition: attachment; filename=\"figures 2025.csv\"\n\n"
	  "month,messages\nJanuary,412\nFebruary,388\n--cut--\n" },
	{ "INBOX", 6, 0, "invite", NULL, "Petra Lind <petra@demo.example>",
	  "Invitation: review of the interfaces",
	  "text/calendar; charset=utf-8; method=REQUEST",
	  "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//demo//EN\nMETHOD:REQUEST\n"
	  "BEGIN:VEVENT\nUID:review@demo.example\nDTSTAMP:20250203T090000Z\n"
	  "DTSTART:20250210T130000Z\nDTEND:20250210T140000Z\n"
	  "SUMMARY:Review of the interfaces\nLOCATION:Room 214\n"
	  "ORGANIZER:mailto:petra@demo.example\nEND:VEVENT\nEND:VCALENDAR\n" },
	{ "INBOX", 8, FLAG_SEEN, "jp", NULL,
	  "=?utf-8?b?55Sw5Lit6Iqx5a2Q?= <hanako@demo.example>",
	  "=?utf-8?b?5Lya6K2w44Gu44GK55+l44KJ44Gb?=", NULL,
	  "田中です。\n\n来週の会議は火曜日の午後三時に変わりました。\n"
	  "よろしくお願いします。\n" },
	{ "INBOX", 9, 0, "ru", NULL,
	  "=?utf-8?b?0J7Qu9GM0LPQsA==?= <olga@demo.example>",
	  "=?utf-8?b?0J/QuNGB0YzQvNC+INGBINGB0LXQstC10YDQsA==?=", NULL,
	  "Здравствуйте!\n\nПосылаю вам привет с севера: снег, тишина "
	  "и очень много почты.\n\nОльга\n" },
	{ "INBOX", 11, FLAG_SEEN, "emoji", NULL,
	  "Sam Okafor <sam@demo.example>",
	  "=?utf-8?b?8J+OiSBpdCBidWlsZHMg8J+RqeKAjfCfkrs=?=", NULL,
	  "🎉 The build is green. 👩‍💻 did the last of it, 🇳🇱 sends cake.\n"
	  "Wide, joined and flagged, and every column still lines up.\n" },
	{ "INBOX", 20, FLAG_SEEN | FLAG_ANSWERED, "flowed", NULL,
	  "Ann Lee <ann@demo.example>", "How wide is a line?", FLOWED,
	  "This paragraph was sent as format=flowed: its lines end in a \n"
	  "blank, so that it is wrapped anew for the width of whatever \n"
	  "shows it, be it forty columns or two hundred.\n\n"
	  "> And this was quoted, \n> and flows as well.\n\nAnn\n" },
	{ "INBOX", 26, FLAG_SEEN, "bill", NULL,
	  "City Power <bills@power.example>", "Your bill for January",
	  "multipart/alternative; boundary=cut",
	  "--cut\nContent-Type: text/plain; charset=utf-8\n\nAmount due: "
	  "42.17, by the 15th.\n--cut\nContent-Type: text/html; charset=utf-8"
	  "\n\n<p>Amount due: <b>42.17</b>, by the 15th.</p>\n--cut--\n" },
	{ "INBOX", 50, FLAG_SEEN, "quotes", NULL,
	  "Bob Hart <bob@demo.example>", "Re: Re: Re: the old argument", NULL,
	  ">>> Tabs.\n>> Blanks.\n> Tabs, of eight.\n\nTabs of eight it "
	  "is.\n" },
	{ "INBOX", 75, FLAG_SEEN, "escape", NULL,
	  "Mallory <mallory@demo.example>", "Nothing to see here", NULL,
	  "This message tries to \033[31mcolour\033[0m your terminal, and to "
	  "\033]0;rename\007 it. You see what it wrote instead.\n" },
	{ "Sent", 2, FLAG_SEEN, "sent-1", "lunch", "You <you@demo.example>",
	  "Re: Lunch on Thursday?", NULL, "With pleasure. See you there.\n" },
	{ "Archive", 900, FLAG_SEEN, "old-1", NULL,
	  "Ann Lee <ann@demo.example>", "The keys to the shed", NULL,
	  "They hang behind the door, where they have always hung.\n" },
	{ "Drafts", 4, FLAG_SEEN | FLAG_DRAFT, "draft-1", NULL,
	  "You <you@demo.example>", "An idea that is not finished", NULL,
	  "What if the local copy were the mail, and the server the copy?\n" },
	{ "Junk", 7, 0, "junk-1", NULL,
	  "Prize Office <win@prize.example>", "YOU HAVE WON", HTML,
	  "<p><font size=7>CLICK</font> <a href=\"http://prize.example/x\">"
	  "here</a></p>\n" },
	{ NULL, 3, 0, "pop-1", NULL, "Grandma <grandma@home.example>",
	  "How is the new machine?", NULL,
	  "Dear child,\n\nwrite when you have time. This account is POP: "
	  "what you received is yours, and gone from the server.\n\n"
	  "Love\n" },
	{ NULL, 12, 0, "pop-2", NULL, "Library <desk@library.example>",
	  "Two books are due", NULL,
	  "\"The Elements of Style\" and \"Moby-Dick\" are due on Friday.\n" },
	{ NULL, 30, 0, "pop-3", NULL, "Grandma <grandma@home.example>",
	  "Recipe", NULL,
	  "Flour, butter, apples, patience. 180 degrees, forty minutes.\n" },
};

const size_t samples_count = sizeof(samples) / sizeof(*samples);

const struct sample arrivals[] = {
	{ "INBOX", 0, 0, "new-a", NULL, "Ann Lee <ann@demo.example>",
	  "This came while you were reading", NULL,
	  "No key was needed: the server said so, and here it is.\n" },
	{ "INBOX", 0, 0, "new-b", "lunch", "Bob Hart <bob@demo.example>",
	  "Re: Lunch on Thursday?", NULL,
	  "The table outside is ours. Bring a coat.\n" },
	{ "INBOX", 0, 0, "new-c", NULL, "Build <build@demo.example>",
	  "All tests passed", NULL, "1,204 passed, 0 failed.\n" },
};

const size_t arrivals_count = sizeof(arrivals) / sizeof(*arrivals);
