/*
 * demo.h - the servers of the demo, in the worker's own memory
 */
#ifndef VERSO_WORKER_DEMO_H
#define VERSO_WORKER_DEMO_H

#include "model/account.h"
#include "net/memory.h"

/*
 * The server that memory:imap or memory:pop means, filled from sample_mail.h
 * and published; new mail arrives there after 20 seconds, then every 45, while
 * there is any (with VERSO_DEMO_FAST set: after one second, then every two).
 * The caller frees it with memory_server_free().
 */
struct memory_server *
demo_server_new(const struct account *account);

#endif
