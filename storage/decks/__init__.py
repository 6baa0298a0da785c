"""What is remembered of decks: whose turn it is, the cards, and what was chosen in the end."""
