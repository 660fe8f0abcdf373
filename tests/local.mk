# tests
include tests/driver/local.mk
