"""Use cases of people: joining, training, connecting groups."""
