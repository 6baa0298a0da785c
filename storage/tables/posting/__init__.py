"""Tables of slots, posts, decks and pools."""
