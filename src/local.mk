# The program.
bin_PROGRAMS += verso
verso_SOURCES = src/main.c
verso_LDADD = libmodel.a $(BASE_LIBS)
