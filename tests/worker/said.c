/*
 * said.c - what the kernel would say of the network
 */
#include "worker/said.h"

#include <string.h>
#include <sys/socket.h>

#include <linux/if_addr.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>

static struct nlmsghdr *
begin(void *buf, unsigned type, const void *body, size_t len)
{
	struct nlmsghdr *m = memset(buf, 0, 256);

	m->nlmsg_type = (unsigned short)type;
	m->nlmsg_len = (unsigned)NLMSG_LENGTH(len);
	memcpy(NLMSG_DATA(m), body, len);
	return m;
}

static void
add(struct nlmsghdr *m, unsigned short type, unsigned value)
{
	struct rtattr *a = (void *)((char *)m + NLMSG_ALIGN(m->nlmsg_len));

	a->rta_type = type;
	a->rta_len = RTA_LENGTH(sizeof(value));
	memcpy(RTA_DATA(a), &value, sizeof(value));
	m->nlmsg_len = NLMSG_ALIGN(m->nlmsg_len) + a->rta_len;
}

size_t
said_link(void *buf, unsigned type, int index, unsigned flags)
{
	struct ifinfomsg i = { .ifi_index = index, .ifi_flags = flags };

	return begin(buf, type, &i, sizeof(i))->nlmsg_len;
}

size_t
said_address(void *buf, unsigned type, unsigned index, unsigned flags,
	     unsigned address)
{
	struct ifaddrmsg i = { .ifa_family = AF_INET, .ifa_index = index,
			       .ifa_flags = (unsigned char)flags };
	struct nlmsghdr *m = begin(buf, type, &i, sizeof(i));

	add(m, IFA_ADDRESS, address);
	add(m, IFA_LOCAL, address);
	return m->nlmsg_len;
}

size_t
said_route(void *buf, unsigned type, unsigned table, unsigned out)
{
	struct rtmsg r = { .rtm_family = AF_INET, .rtm_type = RTN_UNICAST,
			   .rtm_table = (unsigned char)table };
	struct nlmsghdr *m = begin(buf, type, &r, sizeof(r));

	if (out)
		add(m, RTA_OIF, out);
	return m->nlmsg_len;
}
