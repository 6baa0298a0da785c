"""Tables of what was reported, and of the books."""
