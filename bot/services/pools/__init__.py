"""Pools (拼团): opened by promoters, joined by members, shown, decided, and told once."""
