"""What we know of money: who is credited, with what share, in which entry."""
