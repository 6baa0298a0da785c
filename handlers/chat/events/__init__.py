"""What happens in groups by itself: arrivals, what is told of them, and the clock's rounds."""
