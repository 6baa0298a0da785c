"""Use cases of posts: when slots open, what is planned, what is sent."""
