"""A stand-in for the Bot API server: checks every call, answers as Telegram does."""
