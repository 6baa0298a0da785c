"""Tests of ``handlers/chat/ranking``."""
