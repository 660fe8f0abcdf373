/*
 * contract.h - what every driver must do, as one set of cases
 *
 * A test program names its servers in contract_fixtures[]; each case of
 * contract_*.c then runs once over each of them, with a server of its own.
 * A case asks capabilities to know what it may expect, never which protocol
 * it is.
 */
#ifndef VERSO_TESTS_DRIVER_CONTRACT_H
#define VERSO_TESTS_DRIVER_CONTRACT_H

#include <criterion/criterion.h>
#include <criterion/parameterized.h>

#include "net/memory.h"

/* A kind of server.  server is what start() returned. */
struct contract_fixture {
	const char *name;
	uint32_t caps;		/* what an open session must offer at least */
	uint32_t lacks;		/* and what it must not */
	bool pipelines;		/* round trips are worth counting */
	bool closes_lines;	/* no message ends within a line there */
	/* What folders but INBOX begin with ("INBOX."), NULL: nothing. */
	const char *prefix;

	/* NULL with *why: there is no such server here; the case skips. */
	void *(*start)(const struct contract_fixture *fixture,
		       const char **why);
	void (*stop)(void *server);
	struct driver *(*driver)(void *server);

	/* Behind the session's back, as delivery or an administrator would.
	 * folder and renumber may be NULL: then what needs them is skipped. */
	void (*add)(void *server, const char *folder, const char *bytes,
		    size_t len);
	void (*folder)(void *server, const char *name);
	void (*renumber)(void *server, const char *folder);
	/* NULL: the server never fails on purpose. */
	void (*fault)(void *server, enum memory_fault fault, int64_t n);
};

/* Ends with a NULL; the test program has it. */
extern const struct contract_fixture *const contract_fixtures[];

/* What a case works with: a server, an open session, the sentence. */
struct contract {
	const struct contract_fixture *fixture;
	void *server;
	struct driver *d;
	uint32_t caps;
	struct err e;
};

struct criterion_test_params
contract_params(void);
/* Skips fixtures without the needed capabilities (all of them) or faults. */
void
contract_run(int fixture, uint32_t needs, bool faults,
	     void (*run)(struct contract *c));

#define CONTRACT_CASE(Name, Needs, Faults)				\
	static void Name##_case(struct contract *c);			\
	ParameterizedTestParameters(contract, Name)			\
	{								\
		return contract_params();				\
	}								\
	ParameterizedTest(int *fixture, contract, Name, .timeout = 600)	\
	{								\
		contract_run(*fixture, Needs, Faults, Name##_case);	\
	}								\
	static void Name##_case(struct contract *c)

/*
 * CONTRACT(name) { … }: a case; c is its struct contract.  CONTRACT_WITH:
 * only for what has these capabilities; CONTRACT_FAULTY: only for what can
 * fail on purpose.
 */
#define CONTRACT(Name) CONTRACT_CASE(Name, 0, false)
#define CONTRACT_WITH(Name, Caps) CONTRACT_CASE(Name, Caps, false)
#define CONTRACT_FAULTY(Name) CONTRACT_CASE(Name, 0, true)

/* The call must succeed; else the sentence is shown. */
#define OK(call)							\
	do {								\
		enum st st_ = (call);					\
		cr_assert_eq(st_, ST_OK, "%s: %s gave %s: %s",		\
			     c->fixture->name, #call, st_name(st_),	\
			     c->e.text);				\
	} while (0)

#define GIVES(want, call)						\
	do {								\
		enum st st_ = (call);					\
		cr_assert_eq(st_, want, "%s: %s gave %s, not %s: %s",	\
			     c->fixture->name, #call, st_name(st_),	\
			     st_name(want), c->e.text);			\
	} while (0)

/* Something must hold; the fixture is named. */
#define HOLDS(what) cr_assert(what, "%s: %s", c->fixture->name, #what)

/* A second session, open; contract_bye() closes and frees it. */
struct driver *
contract_other(struct contract *c);
void
contract_bye(struct contract *c, struct driver *d);

/* What a folder of this name is called there.  The answer is the case's. */
const char *
contract_name(const struct contract *c, const char *name);

/* A message with its number in the subject, delivered. */
void
contract_deliver(struct contract *c, const char *folder, int number);

/*
 * A local copy, brought level the way a sync does it: UIDs (POP: numbers)
 * with their flags.  listed and vanished count what the last call said.
 */
struct copy {
	int64_t uidvalidity, modseq;
	struct uidset uids;
	GHashTable *flags;	/* UID to struct flags */
	unsigned listed, vanished;
	bool asked;		/* the last levelling needed changes() */
	struct entered entered;
};

struct copy *
copy_new(void);
void
copy_free(struct copy *copy);

/* Enter the folder and take over what is different there. */
enum st
copy_level(struct copy *copy, struct driver *d, const char *folder,
	   struct err *e);
bool
copy_equal(const struct copy *a, const struct copy *b, bool with_flags);
uint32_t
copy_bits(const struct copy *copy, uint32_t uid);
bool
copy_has_keyword(const struct copy *copy, uint32_t uid, const char *keyword);

/* Lists once more with everything asked: what the server has now. */
struct copy *
copy_of(struct contract *c, struct driver *d, const char *folder);

/* Messages as they came, and what befell the others. */
struct caught_message {
	uint32_t uid;
	GByteArray *bytes;
	struct flags flags;
	bool has_flags;
	int64_t internaldate, size, octets;
};

struct caught {
	GPtrArray *messages;	/* struct caught_message that came whole */
	struct caught_message *now;	/* begun */
	unsigned begun, aborted, missing;
	enum st fail_begin, fail_data, fail_end;
	void (*on_data)(void *ctx);	/* called at each piece, or NULL */
	void *on_data_ctx;
};

struct caught *
caught_new(void);
void
caught_free(struct caught *caught);
struct fetch_sink
caught_sink(struct caught *caught);
const struct caught_message *
caught_find(const struct caught *caught, uint32_t uid);

/* Fetch these, all of which must come. */
struct caught *
contract_fetch(struct contract *c, struct driver *d,
	       const struct uidset *uids, enum fetch_what what);

/* The set {first … last}. */
struct uidset
set_of(uint32_t first, uint32_t last);

#endif
