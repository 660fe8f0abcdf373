/*
 * network.c - what the kernel tells of links, addresses and routes
 *
 * Remembers what was told, so that only differences count; of what was there
 * before it knows nothing, and takes the first word about it for news.
 */
#include "worker/network.h"

#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <net/if.h>

#include <linux/if_addr.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>

#include <glib.h>

/* So many links and addresses are remembered; then anew. */
#define KNOWN_MOST 4096
#define LINK_BITS (IFF_UP | IFF_RUNNING)

struct network {
	unsigned loopback;	/* its index */
	GHashTable *links;	/* index -> LINK_BITS it had */
	GHashTable *addresses;	/* GBytes: index, family and address */
};

int
network_socket(void)
{
	struct sockaddr_nl address = {
		.nl_family = AF_NETLINK,
		.nl_groups = RTMGRP_LINK | RTMGRP_IPV4_IFADDR |
			     RTMGRP_IPV6_IFADDR | RTMGRP_IPV4_ROUTE |
			     RTMGRP_IPV6_ROUTE,
	};
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);

	if (fd >= 0 && bind(fd, (struct sockaddr *)&address,
			    sizeof(address)) != 0) {
		close(fd);
		fd = -1;
	}
	return fd;
}

struct network *
network_new(void)
{
	struct network *n = g_new0(struct network, 1);

	n->loopback = if_nametoindex("lo");
	n->links = g_hash_table_new(NULL, NULL);
	n->addresses = g_hash_table_new_full(g_bytes_hash, g_bytes_equal,
					     (GDestroyNotify)g_bytes_unref,
					     NULL);
	return n;
}

void
network_free(struct network *n)
{
	if (!n)
		return;
	g_hash_table_unref(n->links);
	g_hash_table_unref(n->addresses);
	g_free(n);
}

/* The attribute of this type among those after a header, NULL: none. */
static const struct rtattr *
attribute(const struct nlmsghdr *m, size_t header, unsigned type)
{
	size_t left = m->nlmsg_len - NLMSG_SPACE(header);
	const struct rtattr *a = (const void *)((const char *)m +
						NLMSG_SPACE(header));

	if (m->nlmsg_len < NLMSG_SPACE(header))
		return NULL;
	for (; RTA_OK(a, left); a = RTA_NEXT(a, left))
		if (a->rta_type == type)
			return a;
	return NULL;
}

static bool
heard_link(struct network *n, const struct nlmsghdr *m)
{
	const struct ifinfomsg *i = NLMSG_DATA(m);
	gpointer index = GINT_TO_POINTER(i->ifi_index), had;
	unsigned now = i->ifi_flags & LINK_BITS;

	if (i->ifi_flags & IFF_LOOPBACK)
		return false;
	if (m->nlmsg_type == RTM_DELLINK) {
		g_hash_table_remove(n->links, index);
		return true;
	}
	if (g_hash_table_lookup_extended(n->links, index, NULL, &had) &&
	    GPOINTER_TO_UINT(had) == now)
		return false;
	if (g_hash_table_size(n->links) >= KNOWN_MOST)
		g_hash_table_remove_all(n->links);
	g_hash_table_insert(n->links, index, GUINT_TO_POINTER(now));
	return true;
}

static GBytes *
address_key(const struct ifaddrmsg *i, const struct rtattr *a)
{
	GByteArray *key = g_byte_array_new();

	g_byte_array_append(key, (const guint8 *)&i->ifa_index,
			    sizeof(i->ifa_index));
	g_byte_array_append(key, &i->ifa_family, 1);
	g_byte_array_append(key, RTA_DATA(a), (guint)RTA_PAYLOAD(a));
	return g_byte_array_free_to_bytes(key);
}

static bool
heard_address(struct network *n, const struct nlmsghdr *m)
{
	const struct ifaddrmsg *i = NLMSG_DATA(m);
	const struct rtattr *a = attribute(m, sizeof(*i), IFA_LOCAL);
	GBytes *key;
	bool gone = m->nlmsg_type == RTM_DELADDR;

	if (!a)
		a = attribute(m, sizeof(*i), IFA_ADDRESS);
	/* A tentative one cannot be used yet; it is told again. */
	if (!a || i->ifa_index == n->loopback ||
	    (i->ifa_flags & IFA_F_TENTATIVE && !gone))
		return false;
	key = address_key(i, a);
	if (gone) {
		g_hash_table_remove(n->addresses, key);
		g_bytes_unref(key);
		return true;
	}
	if (g_hash_table_size(n->addresses) >= KNOWN_MOST)
		g_hash_table_remove_all(n->addresses);
	return g_hash_table_add(n->addresses, key);
}

static bool
heard_route(const struct network *n, const struct nlmsghdr *m)
{
	const struct rtmsg *r = NLMSG_DATA(m);
	const struct rtattr *a = attribute(m, sizeof(*r), RTA_OIF);
	unsigned out = 0;

	if (a && RTA_PAYLOAD(a) == sizeof(out))
		memcpy(&out, RTA_DATA(a), sizeof(out));
	return r->rtm_type == RTN_UNICAST && r->rtm_table != RT_TABLE_LOCAL &&
	       !(r->rtm_flags & RTM_F_CLONED) &&
	       !(out && out == n->loopback);
}

static bool
heard_one(struct network *n, const struct nlmsghdr *m)
{
	size_t len = m->nlmsg_len - NLMSG_HDRLEN;

	switch (m->nlmsg_type) {
	case RTM_NEWLINK:
	case RTM_DELLINK:
		return len >= sizeof(struct ifinfomsg) && heard_link(n, m);
	case RTM_NEWADDR:
	case RTM_DELADDR:
		return len >= sizeof(struct ifaddrmsg) && heard_address(n, m);
	case RTM_NEWROUTE:
	case RTM_DELROUTE:
		return len >= sizeof(struct rtmsg) && heard_route(n, m);
	default:
		return false;
	}
}

bool
network_heard(struct network *n, const void *bytes, size_t len)
{
	const struct nlmsghdr *m = bytes;
	bool news = false;

	for (; NLMSG_OK(m, len); m = NLMSG_NEXT(m, len))
		news |= heard_one(n, m);
	return news;
}
