# The room src/mime: messages into text and parts.  Sees base and model; GMime
# and gumbo stay in here.
