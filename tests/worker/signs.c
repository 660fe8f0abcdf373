/*
 * signs.c - what counts as news of the network, and how it is told
 */
#include <criterion/criterion.h>

#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <net/if.h>

#include <linux/if_addr.h>
#include <linux/rtnetlink.h>

#include <glib.h>

#include "base/clock.h"
#include "worker/network.h"
#include "worker/said.h"
#include "worker/signs.h"

#define UP (IFF_UP | IFF_RUNNING)
#define LO if_nametoindex("lo")

static struct network *n;
static _Alignas(8) char buf[256];

static void
begin(void)
{
	n = network_new();
}

static void
end(void)
{
	network_free(n);
}

TestSuite(network, .init = begin, .fini = end, .timeout = 60);
TestSuite(signs, .timeout = 60);

static bool
link_news(unsigned type, int index, unsigned flags)
{
	return network_heard(n, buf, said_link(buf, type, index, flags));
}

static bool
address_news(unsigned type, unsigned index, unsigned flags, unsigned address)
{
	return network_heard(n, buf, said_address(buf, type, index, flags,
						  address));
}

static bool
route_news(unsigned type, unsigned table, unsigned out)
{
	return network_heard(n, buf, said_route(buf, type, table, out));
}

Test(network, a_link_is_news_when_it_goes_up_or_down)
{
	cr_assert(link_news(RTM_NEWLINK, 70, IFF_UP));
	cr_assert(link_news(RTM_NEWLINK, 70, UP));
	cr_assert_not(link_news(RTM_NEWLINK, 70, UP), "told again");
	cr_assert_not(link_news(RTM_NEWLINK, 70, UP | IFF_PROMISC));
	cr_assert(link_news(RTM_NEWLINK, 71, UP), "another one");
	cr_assert(link_news(RTM_NEWLINK, 70, IFF_UP));
	cr_assert(link_news(RTM_DELLINK, 70, 0));
	cr_assert(link_news(RTM_NEWLINK, 70, IFF_UP));
}

Test(network, an_address_is_news_once)
{
	cr_assert_not(address_news(RTM_NEWADDR, 70, IFA_F_TENTATIVE, 1));
	cr_assert(address_news(RTM_NEWADDR, 70, 0, 1));
	cr_assert_not(address_news(RTM_NEWADDR, 70, 0, 1), "told again");
	cr_assert(address_news(RTM_NEWADDR, 70, 0, 2));
	cr_assert(address_news(RTM_NEWADDR, 71, 0, 1), "at another link");
	cr_assert(address_news(RTM_DELADDR, 70, 0, 1));
	cr_assert(address_news(RTM_NEWADDR, 70, 0, 1));
}

Test(network, routes_are_news_but_not_the_kernels_own)
{
	cr_assert(route_news(RTM_NEWROUTE, RT_TABLE_MAIN, 70));
	cr_assert(route_news(RTM_DELROUTE, RT_TABLE_MAIN, 0));
	cr_assert_not(route_news(RTM_NEWROUTE, RT_TABLE_LOCAL, 70));
}

Test(network, the_loopback_is_no_network)
{
	cr_assert_not(link_news(RTM_NEWLINK, (int)LO, UP | IFF_LOOPBACK));
	cr_assert_not(link_news(RTM_DELLINK, (int)LO, IFF_LOOPBACK));
	cr_assert_not(address_news(RTM_NEWADDR, LO, 0, 7));
	cr_assert_not(address_news(RTM_DELADDR, LO, 0, 7));
	cr_assert_not(route_news(RTM_NEWROUTE, RT_TABLE_MAIN, LO));
}

/* No word of it is believed further than it goes: the sanitizers look. */
Test(network, what_is_cut_off_is_read_as_far_as_it_goes)
{
	size_t len = said_address(buf, RTM_NEWADDR, 70, 0, 9);

	for (size_t cut = 0; cut < len; cut++) {
		char *part = g_memdup2(buf, cut);

		cr_assert_not(network_heard(n, part, cut), "%zu", cut);
		g_free(part);
	}
	for (unsigned claimed = 0; claimed < len; claimed++) {
		char *part = g_memdup2(buf, len);

		memcpy(part, &claimed, sizeof(claimed));
		network_heard(n, part, len);
		g_free(part);
	}
}

/* ---- the thread ---- */

static int64_t slept_ms;
static int ends[2];

static int64_t
slept(void)
{
	return slept_ms;
}

static struct signs *
look_out(int settle_ms)
{
	cr_assert_eq(socketpair(AF_UNIX, SOCK_DGRAM, 0, ends), 0);
	signs_network_from(ends[0]);
	clock_slept_from(slept);
	return signs_new(settle_ms);
}

static void
say_address(unsigned address)
{
	size_t len = said_address(buf, RTM_NEWADDR, 70, 0, address);

	cr_assert_eq(send(ends[1], buf, len, 0), (ssize_t)len);
}

static unsigned
told(struct signs *s, int ms)
{
	struct pollfd p = { .fd = signs_fd(s), .events = POLLIN };

	return poll(&p, 1, ms) > 0 ? signs_take(s) : 0;
}

static void
stop(struct signs *s)
{
	signs_free(s);
	close(ends[0]);
	close(ends[1]);
}

Test(signs, a_new_address_is_told_and_then_no_more)
{
	struct signs *s = look_out(0);

	say_address(1);
	cr_assert_eq(told(s, 30000), SIGN_NETWORK);
	cr_assert_eq(signs_take(s), 0);
	say_address(1);
	cr_assert_eq(told(s, 100), 0);
	say_address(2);
	cr_assert_eq(told(s, 30000), SIGN_NETWORK);
	stop(s);
}

Test(signs, many_at_once_are_told_once)
{
	struct signs *s = look_out(4000);
	int64_t start = clock_ms();

	for (unsigned i = 1; i <= 20; i++)
		say_address(i);
	/* A machine that stood still meanwhile proves nothing. */
	if (clock_ms() - start < 2000) {
		cr_assert_eq(told(s, 30000), SIGN_NETWORK);
		cr_assert_eq(told(s, 100), 0);
	}
	stop(s);
}

Test(signs, a_sleep_is_told_however_it_is_noticed)
{
	struct signs *s = look_out(0);

	slept_ms = 1000;
	send(ends[1], "", 0, 0);
	cr_assert_eq(told(s, 200), 0, "too short to matter");
	slept_ms = 3600 * 1000;
	send(ends[1], "", 0, 0);
	cr_assert_eq(told(s, 30000), SIGN_SLEPT);
	send(ends[1], "", 0, 0);
	cr_assert_eq(told(s, 100), 0);
	stop(s);
}

Test(signs, the_kernel_is_asked_where_no_test_asks)
{
	struct signs *s = signs_new(0);

	cr_assert_geq(clock_slept_ms(), 0);
	cr_assert_eq(signs_take(s), 0);
	signs_free(s);
	signs_free(NULL);
}
