# tests
include tests/driver/local.mk
include tests/sync/local.mk
include tests/worker/local.mk
include tests/support/local.mk
include tests/check/local.mk
include tests/fuzz/local.mk
include tests/crash/local.mk
