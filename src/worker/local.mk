# The room src/worker.
