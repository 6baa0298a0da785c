"""What we know, tried without any world."""
