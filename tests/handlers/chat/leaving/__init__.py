"""Tests of groups that are copied, handed on and left, at the running bot."""
