"""Pools (拼团) in the chat: opened in private, joined in groups, told quietly."""
