/*
 * fuzz_main.c - runs a fuzzer as a plain test
 *
 * Gives LLVMFuzzerTestOneInput() the seeds in tests/fuzz/NAME/, then inputs
 * made from them by a fixed sequence of mutations: the same ones on every
 * run, 20,000 or as many as fit into FUZZ_SECONDS (default 5).  With files
 * as arguments it runs those alone.  The input that runs is kept in
 * fuzz_NAME.input, which is left behind when it crashes or hangs.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <glib.h>

#define INPUTS 20000
#define MAX_SIZE 4096
#define HANG_SECONDS 30

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const tokens[] = {
	"\r\n", "\n", "\r", "\t", " ", "\"", "\\", "(", ")", "{", "}",
	"{3}\r\n",
	"[", "]", "<", ">", "&", "&#", ";", ":", "=", "=?", "?=", "?q?", "?b?",
	"=C3=A4", "*", "%", "+", "-", ".", "..", ",", "/", "@", "#", "0",
	"4294967295", "4294967296", "18446744073709551616", "-1", "NIL",
	"From ",
	">From ", "\xc3", "\xe2\x80\xae", "\xf4\x8f\xbf\xbf", "\x1b[2J", "\x80",
};

struct corpus {
	GPtrArray *seeds;	/* GBytes * */
	GRand *rand;
	uint8_t *now;		/* mapped: the input that runs */
	char *file;		/* where it is kept */
};

static void
run(const uint8_t *data, size_t size)
{
	uint8_t *exact = malloc(size);	/* so that one octet over is seen */

	if (size > 0)
		memcpy(exact, data, size);
	alarm(HANG_SECONDS);
	LLVMFuzzerTestOneInput(exact, size);
	free(exact);
}

/* The file is as long as the input, the mapping as what it may grow to. */
static void
set_length(const struct corpus *c, size_t size)
{
	if (truncate(c->file, (off_t)size) != 0)
		perror(c->file);
}

static size_t
insert(struct corpus *c, size_t size, const void *bytes, size_t n)
{
	size_t at = (size_t)g_rand_int_range(c->rand, 0, (gint32)size + 1);

	n = MIN(n, MAX_SIZE - size);
	memmove(c->now + at + n, c->now + at, size - at);
	memcpy(c->now + at, bytes, n);
	return size + n;
}

static size_t
erase(struct corpus *c, size_t size)
{
	size_t at = (size_t)g_rand_int_range(c->rand, 0, (gint32)size);
	size_t n = (size_t)g_rand_int_range(c->rand, 1,
					    (gint32)MIN(size - at, 32) + 1);

	memmove(c->now + at, c->now + at + n, size - at - n);
	return size - n;
}

/* A piece of some seed, so that two texts are joined. */
static size_t
graft(struct corpus *c, size_t size)
{
	GBytes *seed = c->seeds->pdata[g_rand_int_range(c->rand, 0,
						(gint32)c->seeds->len)];
	gsize n;
	const uint8_t *bytes = g_bytes_get_data(seed, &n);
	size_t at, len;

	if (n == 0)
		return size;
	at = (size_t)g_rand_int_range(c->rand, 0, (gint32)n);
	len = (size_t)g_rand_int_range(c->rand, 1, 65);
	return insert(c, size, bytes + at, MIN(len, n - at));
}

static size_t
mutate(struct corpus *c, size_t size)
{
	const char *token = tokens[g_rand_int_range(c->rand, 0,
						    G_N_ELEMENTS(tokens))];

	switch (g_rand_int_range(c->rand, 0, size > 0 ? 5 : 2)) {
	case 0:
		return insert(c, size, token, strlen(token));
	case 1:
		return graft(c, size);
	case 2:
		return erase(c, size);
	case 3:
		c->now[g_rand_int_range(c->rand, 0, (gint32)size)] ^=
			(uint8_t)(1 << g_rand_int_range(c->rand, 0, 8));
		return size;
	default:
		c->now[g_rand_int_range(c->rand, 0, (gint32)size)] =
			(uint8_t)g_rand_int_range(c->rand, 0, 256);
		return size;
	}
}

static void
run_one_mutation(struct corpus *c)
{
	GBytes *seed = c->seeds->pdata[g_rand_int_range(c->rand, 0,
						(gint32)c->seeds->len)];
	size_t size = MIN(g_bytes_get_size(seed), MAX_SIZE);
	int steps = 1 << g_rand_int_range(c->rand, 0, 6);

	set_length(c, MAX_SIZE);
	if (size > 0)
		memcpy(c->now, g_bytes_get_data(seed, NULL), size);
	while (steps-- > 0)
		size = mutate(c, size);
	set_length(c, size);
	run(c->now, size);
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* An empty seed and the files of the folder. */
static void
load(struct corpus *c, const char *name)
{
	const char *top = getenv("srcdir");	/* set by make check */
	char *dir = g_build_filename(top ? top : ".", "tests", "fuzz", name,
				     NULL);
	GDir *d = g_dir_open(dir, 0, NULL);
	GPtrArray *files = g_ptr_array_new_with_free_func(g_free);
	const char *entry;

	while (d && (entry = g_dir_read_name(d)))
		g_ptr_array_add(files, g_build_filename(dir, entry, NULL));
	g_ptr_array_sort(files, by_name);
	g_ptr_array_add(c->seeds, g_bytes_new_static("", 0));
	for (guint i = 0; i < files->len; i++) {
		char *text;
		gsize n;

		if (g_file_get_contents(files->pdata[i], &text, &n, NULL))
			g_ptr_array_add(c->seeds, g_bytes_new_take(text, n));
	}
	if (d)
		g_dir_close(d);
	g_ptr_array_free(files, TRUE);
	g_free(dir);
}

static void
map(struct corpus *c, const char *name)
{
	int fd;

	c->file = g_strdup_printf("fuzz_%s.input", name);
	fd = open(c->file, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd >= 0 && ftruncate(fd, MAX_SIZE) == 0)
		c->now = mmap(NULL, MAX_SIZE, PROT_READ | PROT_WRITE,
			      MAP_SHARED, fd, 0);
	if (!c->now || c->now == MAP_FAILED) {
		fprintf(stderr, "%s: %s\n", c->file, g_strerror(errno));
		exit(1);
	}
	close(fd);
}

static int
run_files(int n, char **files)
{
	for (int i = 0; i < n; i++) {
		char *text;
		gsize len;

		if (!g_file_get_contents(files[i], &text, &len, NULL)) {
			fprintf(stderr, "%s cannot be read\n", files[i]);
			return 1;
		}
		run((const uint8_t *)text, len);
		g_free(text);
	}
	return 0;
}

static void
run_all(struct corpus *c)
{
	const char *limit = getenv("FUZZ_SECONDS");
	gint64 until = g_get_monotonic_time() +
		(limit ? atoi(limit) : 5) * G_USEC_PER_SEC;
	int n = 0;

	for (guint i = 0; i < c->seeds->len; i++) {
		gsize len;
		const void *bytes = g_bytes_get_data(c->seeds->pdata[i], &len);

		run(bytes, len);
	}
	while (n < INPUTS && g_get_monotonic_time() < until) {
		run_one_mutation(c);
		n++;
	}
	printf("%u seeds, %d inputs\n", c->seeds->len, n);
}

int
main(int argc, char **argv)
{
	const char *base = strrchr(argv[0], '/');
	const char *name = base ? base + 1 : argv[0];
	struct corpus c = { 0 };

	if (argc > 1)
		return run_files(argc - 1, argv + 1);
	if (g_str_has_prefix(name, "fuzz_"))
		name += strlen("fuzz_");
	c.seeds = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
	c.rand = g_rand_new_with_seed(g_str_hash(name));
	load(&c, name);
	map(&c, name);
	run_all(&c);
	unlink(c.file);
	g_ptr_array_free(c.seeds, TRUE);
	g_rand_free(c.rand);
	g_free(c.file);
	munmap(c.now, MAX_SIZE);
	return 0;
}
