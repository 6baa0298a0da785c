"""Tests of what only some programmes have, in the chat."""
