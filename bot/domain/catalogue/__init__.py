"""What we know of offers: which is best, and what answers a question."""
