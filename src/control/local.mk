# The room src/control.
