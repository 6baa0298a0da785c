"""Pools (拼团): how many join, until when, what their message says, and the list they make."""
