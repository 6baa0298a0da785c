"""Questions of members: answered from facts, passed on to promoters, counted as wishes."""
