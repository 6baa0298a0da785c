"""What we know of posts: when they go out, what they say, how many fit."""
