"""Commands about what is chosen: the day's shortlist, and what operators change in it."""
