/*
 * folder.c - what a server lists, and the uses of folders
 *
 * The alphabet of folder names on the wire is in utf7.c.
 */
#include "model/folder.h"

#include <string.h>

#include "base/text.h"

static const char *const role_names[ROLE_MAX] = {
	[ROLE_NONE] = "",	    [ROLE_INBOX] = "inbox",
	[ROLE_ARCHIVE] = "archive", [ROLE_DRAFTS] = "drafts",
	[ROLE_SENT] = "sent",	    [ROLE_TRASH] = "trash",
	[ROLE_JUNK] = "junk",	    [ROLE_ALL] = "all",
	[ROLE_FLAGGED] = "flagged",
};

/* Names that servers and programs give, case folded. */
static const struct {
	enum folder_role role;
	const char *names;	/* separated by '|', one at each end */
} guesses[] = {
	{ ROLE_ARCHIVE, "|archive|archives|archiv|archief|archivo|archivio|"
			"arquivo|arkiv|arkisto|archiwum|архив|归档|存档|アーカイブ|" },
	{ ROLE_DRAFTS, "|drafts|draft|entwürfe|brouillons|borradores|bozze|"
		       "rascunhos|concepten|utkast|kladder|luonnokset|"
		       "wersje robocze|koncepty|черновики|草稿|草稿箱|下書き|" },
	{ ROLE_SENT, "|sent|sent mail|sent items|sent messages|sent-mail|"
		     "gesendet|gesendete objekte|gesendete elemente|envoyés|"
		     "messages envoyés|éléments envoyés|enviados|"
		     "elementos enviados|inviata|posta inviata|"
		     "itens enviados|verzonden|verzonden items|skickat|"
		     "sendt|lähetetyt|wysłane|odeslané|отправленные|"
		     "已发送|已发送邮件|寄件備份|送信済み|" },
	{ ROLE_TRASH, "|trash|deleted|deleted items|deleted messages|bin|"
		      "papierkorb|gelöschte objekte|gelöschte elemente|"
		      "corbeille|éléments supprimés|papelera|"
		      "elementos eliminados|cestino|lixeira|prullenbak|"
		      "verwijderde items|papperskorgen|papirkurv|"
		      "roskakori|kosz|koš|корзина|удаленные|垃圾箱|"
		      "已删除|已删除邮件|ゴミ箱|" },
	{ ROLE_JUNK, "|junk|spam|junk e-mail|junk email|junk mail|bulk mail|"
		     "spamverdacht|unerwünscht|pourriel|indésirables|"
		     "courrier indésirable|correo no deseado|"
		     "posta indesiderata|lixo eletrônico|ongewenst|"
		     "skräppost|søppelpost|roskaposti|спам|垃圾邮件|"
		     "迷惑メール|" },
};

struct folder_info *
folder_info_new(const char *name, char delimiter)
{
	struct folder_info *f = g_new0(struct folder_info, 1);

	if (g_ascii_strcasecmp(name, "INBOX") == 0)
		name = "INBOX";
	f->name = g_strdup(name);
	f->delimiter = delimiter;
	f->uidvalidity = f->uidnext = -1;
	f->messages = f->unseen = f->modseq = -1;
	return f;
}

void
folder_info_free(struct folder_info *f)
{
	if (!f)
		return;
	g_free(f->name);
	g_free(f);
}

const char *
folder_role_name(enum folder_role role)
{
	return (unsigned)role < ROLE_MAX ? role_names[role] : "";
}

/* The level below INBOX or Gmail's root, or the whole name of a top level;
 * NULL when the folder lies deeper: "Work/Sent" is a person's own. */
static const char *
standing_level(const char *name, char delimiter)
{
	static const char *const roots[] = { "INBOX", "[Gmail]",
					     "[Google Mail]" };
	const char *end = delimiter ? strchr(name, delimiter) : NULL;

	if (!end)
		return name;
	if (strchr(end + 1, delimiter))
		return NULL;
	for (size_t i = 0; i < G_N_ELEMENTS(roots); i++)
		if (strlen(roots[i]) == (size_t)(end - name) &&
		    g_ascii_strncasecmp(name, roots[i], strlen(roots[i])) == 0)
			return end + 1;
	return NULL;
}

enum folder_role
folder_role_guess(const char *name, char delimiter)
{
	const char *level = standing_level(name, delimiter);
	enum folder_role role = ROLE_NONE;
	char *folded, *word;

	if (g_ascii_strcasecmp(name, "INBOX") == 0)
		return ROLE_INBOX;
	if (!level || !*level || strchr(level, '|'))
		return ROLE_NONE;
	folded = text_fold(level);
	word = g_strconcat("|", folded, "|", NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(guesses) && !role; i++)
		if (strstr(guesses[i].names, word))
			role = guesses[i].role;
	g_free(word);
	g_free(folded);
	return role;
}

/* A place to go on from when what follows a wildcard does not match. */
struct retry {
	const char *pattern;	/* behind the wildcard; NULL: none */
	const char *name;	/* what it has not taken yet */
};

static bool
same(char pattern, char name, bool fold)
{
	return pattern == name ||
	       (fold && g_ascii_toupper(pattern) == g_ascii_toupper(name));
}

bool
folder_match(const char *pattern, const char *name, char delimiter)
{
	struct retry star = { NULL, NULL }, level = { NULL, NULL };
	bool inbox = strcmp(name, "INBOX") == 0;

	while (*name || *pattern) {
		if (*pattern == '*') {
			star = (struct retry){ ++pattern, name };
			level.pattern = NULL;
		} else if (*pattern == '%') {
			level = (struct retry){ ++pattern, name };
		} else if (*name && same(*pattern, *name, inbox)) {
			pattern++, name++;
		} else if (level.pattern && *level.name &&
			   *level.name != delimiter) {
			pattern = level.pattern;
			name = ++level.name;
		} else if (star.pattern && *star.name) {
			pattern = star.pattern;
			name = ++star.name;
			level.pattern = NULL;
		} else {
			return false;
		}
	}
	return true;
}
