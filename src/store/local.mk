# The room src/store: mbox files and their index.  Sees base and model; SQLite
# stays in here.
