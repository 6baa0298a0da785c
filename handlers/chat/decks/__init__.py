"""The day's deck in the chat: one message that is turned card by card."""
