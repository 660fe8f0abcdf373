# The view layer.
