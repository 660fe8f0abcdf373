/*
 * envelope.c - copies of envelopes, and subjects without their marks
 */
#include "model/envelope.h"

#include <stdbool.h>
#include <string.h>

#include <glib.h>

#include "base/text.h"

/* What mail programs write before the colon. */
static const char *const answers[] = {
	"re", "aw", "antw", "antwort", "sv", "vs", "odp", "res", "rif", "r",
	"ynt", "bls", "atb", "ref", "回复", "答复", "回覆", "返信", "Отв", NULL
};
static const char *const forwards[] = {
	"fw", "fwd", "wg", "tr", "rv", "enc", "vb", "vl", "fs", "pd", "转发",
	"轉寄", "転送", "Пересл", NULL
};

void
envelope_clear(struct envelope *env)
{
	g_free(env->subject);
	g_free(env->from);
	g_free(env->to);
	g_free(env->cc);
	g_free(env->message_id);
	g_free(env->in_reply_to);
	g_free(env->references);
	g_free(env->list_id);
	memset(env, 0, sizeof(*env));
}

void
envelope_copy(struct envelope *to, const struct envelope *from)
{
	struct envelope copy = {
		.date = from->date,
		.date_zone = from->date_zone,
		.subject = g_strdup(from->subject),
		.from = g_strdup(from->from),
		.to = g_strdup(from->to),
		.cc = g_strdup(from->cc),
		.message_id = g_strdup(from->message_id),
		.in_reply_to = g_strdup(from->in_reply_to),
		.references = g_strdup(from->references),
		.list_id = g_strdup(from->list_id),
	};

	envelope_clear(to);
	*to = copy;
}

static const char *
skip_blanks(const char *s)
{
	return s + strspn(s, " \t\r\n");
}

/* Behind "[list]", blanks included; s itself when there is none, or when
 * nothing would be left. */
static const char *
skip_tag(const char *s)
{
	const char *end;

	if (*s != '[')
		return s;
	end = s + strcspn(s + 1, "[]") + 1;
	if (*end != ']')
		return s;
	end = skip_blanks(end + 1);
	return *end ? end : s;
}

/* Behind a counter: "[2]", "(2)", "^2", "*2". */
static const char *
skip_counter(const char *s)
{
	const char *digits = s + 1, *end;

	if (!*s || !strchr("[(^*", *s))
		return s;
	end = digits + strspn(digits, "0123456789");
	if (end == digits)
		return s;
	if (*s == '[')
		return *end == ']' ? end + 1 : s;
	if (*s == '(')
		return *end == ')' ? end + 1 : s;
	return end;
}

/* Behind "Re[2]: ", blanks included; s itself when there is none. */
static const char *
skip_mark(const char *s, const char *const *marks)
{
	for (int i = 0; marks[i]; i++) {
		size_t n = strlen(marks[i]);
		const char *end;

		if (g_ascii_strncasecmp(s, marks[i], n) != 0)
			continue;
		end = skip_blanks(skip_counter(skip_blanks(s + n)));
		if (*end == ':')
			return skip_blanks(end + 1);
		if (strncmp(end, "：", strlen("：")) == 0)
			return skip_blanks(end + strlen("："));
	}
	return s;
}

/* Take marks and tags off the front until none is left. */
static const char *
strip_front(const char *s)
{
	const char *before;

	s = skip_blanks(s);
	do {
		before = s;
		s = skip_mark(s, answers);
		s = skip_mark(s, forwards);
		s = skip_tag(s);
	} while (s != before);
	return s;
}

/* Length of s without blanks and "(fwd)" at its end. */
static size_t
strip_back(const char *s)
{
	size_t len = strlen(s);

	for (;;) {
		while (len > 0 && g_ascii_isspace(s[len - 1]))
			len--;
		if (len < 5 || g_ascii_strncasecmp(s + len - 5, "(fwd)", 5))
			return len;
		len -= 5;
	}
}

char *
envelope_base_subject(const char *subject)
{
	bool blank = false;
	const char *s = strip_front(subject ? subject : "");
	size_t len = strip_back(s);
	GString *words = g_string_new(NULL);
	char *folded;

	for (size_t i = 0; i < len; i++) {	/* runs of blanks are one */
		if (g_ascii_isspace(s[i])) {
			blank = true;
			continue;
		}
		if (blank)
			g_string_append_c(words, ' ');
		blank = false;
		g_string_append_c(words, s[i]);
	}
	folded = text_fold(words->str);
	g_string_free(words, TRUE);
	return folded;
}

const char *
envelope_behind_answers(const char *subject)
{
	const char *before;

	subject = skip_blanks(subject);
	do {
		before = subject;
		subject = skip_mark(subject, answers);
	} while (subject != before);
	return subject;
}
