"""The health of groups in the chat: what they answer is heard, how they stand is shown."""
