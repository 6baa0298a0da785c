"""Forum topics: which slot goes into which."""
