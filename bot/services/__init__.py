"""Use cases: one verb, one transaction; facts in, decisions by the domain, written, then spoken."""
