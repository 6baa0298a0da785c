"""Slots, the outbox, notices and pictures."""
