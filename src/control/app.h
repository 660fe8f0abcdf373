/*
 * app.h - the controller's whole state, and the calls that change it
 *
 * The view layer reads struct app and draws it; it changes nothing in here
 * except through the functions below.  A key becomes a command line
 * (keys.h), a command line changes the state and says what became dirty, the
 * loop draws once before it sleeps.  Nothing here knows ncurses, and all of
 * it runs without a terminal.
 *
 * Nothing here waits for a network: the longest wait is one indexed read of
 * the local index.
 */
#ifndef VERSO_CONTROL_APP_H
#define VERSO_CONTROL_APP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <glib.h>

#include "control/ask.h"
#include "control/config.h"
#include "control/keys.h"
#include "mime/message.h"
#include "model/account.h"
#include "store/list.h"
#include "store/store.h"
#include "worker/link.h"

/* Parts of the screen that must be drawn again. */
enum dirty {
	DIRTY_FOLDERS = 1 << 0,
	DIRTY_INDEX = 1 << 1,
	DIRTY_PAGER = 1 << 2,
	DIRTY_STATUS = 1 << 3,
	DIRTY_HINTS = 1 << 4,
	DIRTY_OVERLAY = 1 << 5,		/* help, attachments, a letter */
	DIRTY_PROMPT = 1 << 6,
	DIRTY_ALL = (1 << 7) - 1,
	DIRTY_RESTORE = 1 << 7,		/* the terminal was lent: draw anew */
	DIRTY_CURSOR = 1 << 8		/* the index: its cursor or first row,
					 * the messages are the same */
};

/* What has the keys.  Also says where a command applies (commands.def). */
enum where {
	WHERE_FOLDERS = 1 << 0,
	WHERE_INDEX = 1 << 1,
	WHERE_PAGER = 1 << 2,
	WHERE_HELP = 1 << 3,
	WHERE_PARTS = 1 << 4,		/* attachment list */
	WHERE_QUEUE = 1 << 5,		/* what waits, what can be undone */
	WHERE_EDITOR = 1 << 6,		/* a letter's text (edit.h) */
	WHERE_COMPOSE = 1 << 7,		/* a letter that is being written */
	WHERE_LISTS = ((1 << 6) - 1) | WHERE_COMPOSE
};

/* One account in the reader. */
struct app_account {
	const struct account *account;	/* of the configuration */
	struct store *store;		/* NULL: could not be opened */
	char *closed;			/* why, NULL: it was */
	struct link *link;		/* NULL: not started */
	GPtrArray *folders;		/* struct folder *, display order */
	char *state;			/* word of the last state event */
	char *sentence;			/* and its sentence, "" none */
	int64_t done, total;		/* progress, total 0: none */
	char *progress_folder;		/* its name, NULL: none */
	bool folders_stale, list_stale;	/* read again at the end of the pump */
	int64_t generation;		/* store's, when it was last read */
	bool heard;			/* writes of others are heard of */
	int look_ms;			/* one was: look so often, 0: no more */
	int64_t look_at;		/* clock_ms() of the next look */
	int64_t wake;			/* clock_ms() of next pump, 0 none */
	uint32_t sync_request;		/* a Send/Receive that was asked for */
	int64_t came, went;		/* by it, so far */
	uint32_t preview_request;	/* what would it do? */
	struct preview_sum {
		int64_t fetch, octets, gone, send, remove;
	} would;			/* the answer, so far */
	int64_t waiting, parked;	/* decisions, of these for the person */
	int64_t letters, letters_need;	/* in the outbox, the same */
	int64_t marked;			/* messages with a D (delete-mark) */
};

/* The message index. */
struct app_index {
	int account;			/* -1: no folder is open */
	struct folder *folder;		/* owned copy; NULL: none */
	struct list *list;
	struct list_order order;
	size_t count;
	size_t top;			/* first row shown */
	size_t cursor;			/* row with the cursor; 0 when empty */
	int64_t cursor_id;		/* its row id: the cursor is that */
};

/* The pager: one message, rendered for the width it is shown at. */
struct app_pager {
	int account;
	int64_t id;			/* row id; 0: nothing is open */
	int64_t folder;			/* where it was when it was opened */
	uint32_t uid;
	struct message_view *view;	/* NULL while the body is on its way */
	GBytes *bytes;			/* what view was made of */
	GPtrArray *lines;		/* struct line *; NULL while waiting */
	size_t top;			/* first line shown */
	bool all_headers, raw, hide_quoted;
	bool waiting;			/* the worker was asked for the body */
	char *subject;			/* for the title while waiting */
	char *failed;			/* why the body did not come, NULL */
	uint32_t request;		/* the worker's id of it, 0: none */
	char *search;			/* what n looks for, NULL: nothing */
};

/* Letters that are being written (compose.h). */
struct app_compose {
	GPtrArray *open;		/* struct open_letter *, oldest first */
	struct open_letter *now;	/* in the compose screen; stays when
					 * that is left.  NULL: none */
	enum where back;		/* what had the keys before it */
	size_t cursor;			/* among its attachments */
	size_t top;			/* first line of the text shown */
	/* What is shown of it, made anew when it changes. */
	GPtrArray *lines;		/* char *: the text, wrapped */
	GPtrArray *doubts;		/* char *: what should be looked at */
	GArray *sizes;			/* int64_t: of attachments, -1: gone */
	int64_t size;			/* of the whole, about */
	bool ascii;
	/* The one whose text is in the built-in editor. */
	struct open_letter *written;	/* NULL: none */
	char *before;			/* that text, before */
	uint64_t generation;		/* the editor's, when it was taken */
	/* Sent, but still to be taken back. */
	struct open_letter *sent;	/* NULL: none */
	int64_t sent_id;		/* in the outbox of its account */
	int64_t sent_until;		/* clock_ms() */
	uint32_t hurry;			/* the reader ends with this request;
					 * 0: none */
	int hurry_account;		/* of its worker */
	bool left;			/* that was asked for since the last
					 * letter */
};

/* Which list the overlay of the queue shows. */
enum overlay_list {
	OVERLAY_QUEUE, OVERLAY_UNDO, OVERLAY_LOG,
	OVERLAY_SAID,		/* notices */
	OVERLAY_RECALL		/* open letters and drafts */
};

/* A list laid over the rest: help, attachments, the queue. */
struct app_overlay {
	enum where where; /* WHERE_HELP, _PARTS, _QUEUE; 0: none */
	enum overlay_list list;		/* with WHERE_QUEUE */
	char *title;
	char *filter;			/* what was typed to narrow it down */
	GPtrArray *rows;		/* struct overlay_row *, that match */
	size_t top, cursor;
};

struct overlay_row {
	char *left, *right;		/* key, command; number, file name */
	char *help;
	char *command;			/* what Enter runs, NULL: nothing */
	/* In the queue: what the row is about. */
	int account;
	int64_t id, message;		/* change or action; a row id, 0 none */
	bool is_letter;			/* id is one of the outbox */
};

/* Where the three texts of such a row stand; width 0: not shown. */
struct overlay_plan {
	int left, left_width;
	int right, right_width;
	int help, help_width;
	bool below;			/* help begins on a line of its own */
};

/* Geometry the view layer has decided on, in cells. */
struct app_geometry {
	int rows, columns;
	int index_rows;			/* rows of the message index */
	int pager_rows, pager_columns;
	int folder_rows;
	int overlay_rows, overlay_columns;
	bool pane_fits;			/* folders beside index and pager */
	bool split;			/* index and pager are both on it */
};

struct app {
	struct config *config;		/* owned */
	GPtrArray *accounts;		/* struct app_account * */
	struct outside *outside;	/* NULL: stores are polled */
	enum where focus;		/* what has the keys (no overlay) */
	bool folders_wanted;		/* the folder pane is switched on */
	bool preview_wanted;		/* message below index, if tall */
	size_t folder_cursor, folder_top;	/* among the pane's rows */
	struct app_index index;
	struct app_pager pager;
	struct app_overlay overlay;
	struct app_compose compose;
	struct app_geometry geometry;
	char *notice;			/* last word to the person, "" none */
	bool notice_bad;		/* it tells of a failure */
	int64_t notice_until;		/* clock_ms() when it goes; 0: stays */
	GPtrArray *said;		/* struct said * (notice.h), oldest
					 * first; NULL: nothing yet */
	struct app_edit *edit;		/* a text being written; NULL: none */
	struct ask *ask;		/* questions (app_question()) */
	int64_t key_at;			/* clock_ms() of the last key */
	char *pending_keys;		/* sequence or number begun, "" none */
	uint32_t dirty;			/* enum dirty, cleared by the loop */
	GHashTable *tagged;		/* row ids (tagged.h); NULL: none */
	bool tag_prefix;		/* the next command is about these */
	bool quit;
	int exit_status;
	bool suspend;			/* the loop should stop the process */
	char *shell;			/* the loop should lend the terminal to
					 * this argv line and clear it; NULL */
	char *edit_command;		/* the same for an editor, and then
					 * call app_edited(); NULL */
	int edit_pid;			/* the same for one that stood still,
					 * its process; 0 */
	/* The controller's own. */
	struct keys *keys;
	int wanted_account;		/* a folder to open once it is there */
	char *wanted_folder;		/* NULL: none */
	GPtrArray *folder_rows;		/* struct folder_row *, NULL: stale */
	GPtrArray *hints;		/* struct hint * */
	char *temporary;		/* folder of files made to be opened */
	struct query *query;		/* of addresses; NULL: none yet */
	bool found_more;		/* it has found some: complete again */
};

/* A row of the folder pane. */
struct folder_row {
	int account;
	const struct folder *folder;	/* NULL: the account's own line */
};

/* ---- life --------------------------------------------------------------- */

/*
 * Everything up to the first paint and nothing more: opens the store of the
 * account (NULL: the first) for reading and the list of the folder (NULL:
 * INBOX).  config becomes the app's.  A store that cannot be opened is a
 * notice, not a failure; an unknown account or folder is ST_USAGE.
 */
enum st
app_new(struct config *config, const char *account, const char *folder,
	struct app **out, struct err *e);
/* After the first paint: the other stores, the workers, the first sync. */
void
app_start(struct app *app);
/* What could not be opened or started is tried again. */
void
app_start_again(struct app *app, int account);
void
app_free(struct app *app);		/* takes NULL; stops the workers */

/* ---- the loop's calls --------------------------------------------------- */

/* The view layer says how large things are; rewraps the pager when its width
 * changed and keeps cursors in view. */
void
app_resize(struct app *app, const struct app_geometry *geometry);

/* A key by name ("j", "C-n", "Esc-v", "PgDn", "Enter").  Finishes a sequence,
 * starts one, or runs what it is bound to; digits collect a number to jump
 * to.  Not called while a question is open. */
void
app_key(struct app *app, const char *key);

/* One command line of the one language (":" prompt, scripts, keys).  A
 * failure becomes the notice and is returned. */
enum st
app_run(struct app *app, const char *line, struct err *e);

/* The question to put now, NULL: none.  A password that a server wants waits
 * while the person is typing something else. */
const struct ask *
app_question(struct app *app);
/* It was answered; text NULL: Esc. */
void
app_answer(struct app *app, const char *text);

/* Completions of what stands left of the cursor in the prompt; a
 * NULL-terminated vector, the caller frees with g_strfreev(). */
char **
app_complete(struct app *app, const char *text);

/* The editor of app->edit_command has ended (which is NULL again). */
void
app_edited(struct app *app);
/* It has not, but stands still (C-z): the mail is there meanwhile, and the
 * letter asks for it again by app->edit_pid. */
void
app_edit_stopped(struct app *app, int pid);

/* Descriptors to poll, at most max: the workers' lines in the order of
 * app->accounts, -1 for none; what tells of the commits of others; and a
 * search for addresses. */
int
app_fds(struct app *app, int *fds, int max);
/* Some of them are readable, or the time of app_tick() is up. */
void
app_pump(struct app *app);
/* Milliseconds until app_pump() wants to be called anyway; -1: never. */
int
app_timeout(struct app *app);

/* ---- for the views ------------------------------------------------------ */

/* Rows of the folder pane, elements struct folder_row *, owned by app, valid
 * until the next app_* call. */
GPtrArray *
app_folder_rows(struct app *app);

/* The hint line for what has the keys: elements struct hint *, in order of
 * worth; from commands.def. */
struct hint {
	const char *key, *word;
};
GPtrArray *
app_hints(struct app *app);

/* What has the keys now: the overlay, or what is below it. */
enum where
app_where(const struct app *app);

/* What is still to be done when the reader is left, one line; NULL: nothing.
 * The caller frees. */
char *
app_farewell(struct app *app);

/* One line on what the workers do ("INBOX 300 of 12,480 · you can read"),
 * "" when all is quiet.  The caller frees. */
char *
app_status(struct app *app);

#endif
