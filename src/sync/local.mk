# The room src/sync.
