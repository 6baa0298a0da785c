"""The door people use: every Telegram handler."""
