"""The eleven channels of offers in the chat."""
