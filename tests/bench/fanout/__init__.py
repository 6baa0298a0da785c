"""Fan-out: how quickly posts go out, how evenly, and what else is answered meanwhile."""
