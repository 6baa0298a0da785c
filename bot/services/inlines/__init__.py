"""Inline mode: offers found and shared from any chat, with the promoter's own links."""
