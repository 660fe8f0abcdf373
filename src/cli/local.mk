# The room src/cli.
