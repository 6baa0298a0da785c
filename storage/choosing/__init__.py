"""What operators pin, ban and weigh, and what promoters tap."""
