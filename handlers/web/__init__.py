"""The door machines use: redirects, postbacks, health."""
