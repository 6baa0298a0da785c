"""Tests of the channels in the chat."""
