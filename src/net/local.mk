# The room src/net: sessions with servers.  Sees base and model; libetpan and
# OpenSSL stay in here.
noinst_LIBRARIES += libnet.a
libnet_a_SOURCES = src/net/driver.c src/net/driver.h src/net/memory.h
libnet_a_CPPFLAGS = $(AM_CPPFLAGS) $(ETPAN_CFLAGS) $(OPENSSL_CFLAGS)
NET_LIBS = libnet.a $(ETPAN_LIBS) $(OPENSSL_LIBS)
