"""Tests of the chat door, through a Telegram on a local port."""
