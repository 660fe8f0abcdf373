# The room src/net: sessions with servers.  Sees base and model; libetpan and
# OpenSSL stay in here.
noinst_LIBRARIES += libnet.a
libnet_a_SOURCES = \
	src/net/driver.c src/net/driver.h \
	src/net/memory.h src/net/memory_state.h \
	src/net/memory_change.c src/net/memory_driver.c \
	src/net/memory_fetch.c src/net/memory_server.c \
	src/net/trace.c
libnet_a_CPPFLAGS = $(AM_CPPFLAGS) $(ETPAN_CFLAGS) $(OPENSSL_CFLAGS)
NET_LIBS = libnet.a $(ETPAN_LIBS) $(OPENSSL_LIBS)
