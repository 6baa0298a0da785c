"""Tables of people, their groups, and what they grow by."""
