/*
 * mime_render.c - tests of a message as it is shown
 */
#include <criterion/criterion.h>
#include <string.h>

#include "mime/message.h"

static struct message_view *
open_text(const char *text)
{
	GBytes *bytes = g_bytes_new(text, strlen(text));
	struct message_view *m = mime_open(bytes);

	g_bytes_unref(bytes);
	return m;
}

/* The lines of a rendering, joined, each with its kind and quote level. */
static char *
shown(const char *text, int width)
{
	const struct render_options options = { .width = width,
						.no_headers = true };
	struct message_view *m = open_text(text);
	GPtrArray *lines = mime_render(m, &options);
	GString *out = g_string_new(NULL);

	for (guint i = 0; i < lines->len; i++) {
		const struct line *line = lines->pdata[i];

		g_string_append_printf(out, "%c%d|%s\n",
				       "HTSPNR"[line->kind], line->quote,
				       line->text);
	}
	g_ptr_array_unref(lines);
	mime_close(m);
	return g_string_free(out, FALSE);
}

static void
expect(const char *text, int width, const char *lines)
{
	char *got = shown(text, width);

	cr_assert_str_eq(got, lines, "got:\n%s", got);
	g_free(got);
}

Test(render, wraps_plain_text_and_keeps_quotes)
{
	expect("Subject: x\n\none two three four\n> five six seven eight\n"
	       ">> nine\n-- \nAnn\n", 15,
	       "T0|one two three\nT0|four\nT1|> five six\nT1|> seven eight\n"
	       "T2|>> nine\nS0|-- \nS0|Ann\n");
}

Test(render, flows_what_is_flowed)
{
	expect("Content-Type: text/plain; format=flowed\n\n"
	       "one \ntwo \nthree\n>four \n>five\n> six\n  stuffed\n-- \nAnn\n",
	       40, "T0|one two three\nT1|> four five\nT1|> six\nT0| stuffed\n"
	       "S0|-- \nS0|Ann\n");
	expect("Content-Type: text/plain; format=flowed; delsp=yes\n\n"
	       "Donau \ndampf \nschiff\n", 40, "T0|Donaudampfschiff\n");
}

Test(render, breaks_between_ideographs)
{
	expect("Content-Type: text/plain; charset=utf-8\n\n"
	       "日本語の文章です。終わり\n", 10,
	       "T0|日本語の文\nT0|章です。終\nT0|わり\n");
	expect("Content-Type: text/plain; charset=utf-8\n\n日本語の文。終\n",
	       10, "T0|日本語の\nT0|文。終\n");
}

Test(render, gates_what_is_shown)
{
	expect("Content-Type: text/plain; charset=utf-8\n\n"
	       "a\033[31mb\302\233c\342\200\256d\te\n", 0,
	       "T0|a␛[31mb�c�d     e\n");
}

Test(render, shows_html_as_text)
{
	expect("Content-Type: text/html\n\n<head><title>no</title><style>p{}"
	       "</style></head><body><div style='display:none'>hidden</div>"
	       "<h1>Hello</h1><p>See <a href='http://example.org/'>here</a> "
	       "&amp; there.<ul><li>one<li>two</ul><blockquote>said"
	       "</blockquote><img src=cid:x alt='a cat'>", 60,
	       "T0|Hello\nR0|=====\nT0|\nT0|See here [1] & there.\nT0|\n"
	       "T0|• one\nT0|• two\nT0|\nT1|> said\nT0|\nT0|[a cat]\nT0|\n"
	       "T0|[1] http://example.org/\n");
}

Test(render, names_what_it_does_not_show)
{
	expect("Content-Type: multipart/mixed; boundary=b\n\n--b\n\nhi\n"
	       "--b\nContent-Type: image/jpeg; name=photo.jpg\n"
	       "Content-Transfer-Encoding: base64\n\nAAAA\n--b--\n", 60,
	       "T0|hi\nT0|\nP0|[2] photo.jpg · image/jpeg · 3 B\n");
}

Test(render, prefers_plain_text_unless_it_is_a_stub)
{
	static const char both[] =
		"Content-Type: multipart/alternative; boundary=b\n\n"
		"--b\n\n%s\n--b\nContent-Type: text/html\n\n<p>%s\n--b--\n";
	char *real = g_strdup_printf(both, "plain words", "html words");
	char *stub = g_strdup_printf(both, "", "html words");

	expect(real, 60, "T0|plain words\n");
	expect(stub, 60, "T0|html words\n");
	g_free(real);
	g_free(stub);
}

Test(render, shows_headers_and_the_message_inside)
{
	struct message_view *m = open_text(
		"From: a@x\nSubject: outer\nX-More: 1\n"
		"Content-Type: message/rfc822\n\n"
		"Subject: inner\nFrom: b@x\n\nbody\n");
	const struct render_options options = { .width = 60 };
	GPtrArray *lines = mime_render(m, &options);
	static const char *const want[] = {
		"From: a@x", "Subject: outer", "",
		"[1] inner · message/rfc822 · 31 B", "",
		"From: b@x", "Subject: inner", "", "body",
	};

	cr_assert_eq(lines->len, G_N_ELEMENTS(want));
	for (guint i = 0; i < lines->len; i++)
		cr_assert_str_eq(((struct line *)lines->pdata[i])->text,
				 want[i]);
	g_ptr_array_unref(lines);
	mime_close(m);
}

Test(render, numbers_links_in_order)
{
	struct message_view *m = open_text(
		"Content-Type: text/html\n\n<a href='http://a/'>x</a> "
		"<a href='http://b/'>y</a> <a href='http://a/'>z</a>");
	char *text = mime_text(m);
	const char *const *links = mime_links(m);

	cr_assert_str_eq(text, "x [1] y [2] z [1]\n\n[1] http://a/\n"
			 "[2] http://b/\n");
	cr_assert_str_eq(links[0], "http://a/");
	cr_assert_str_eq(links[1], "http://b/");
	cr_assert_null(links[2]);
	g_free(text);
	mime_close(m);
}
