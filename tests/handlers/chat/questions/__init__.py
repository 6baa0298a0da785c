"""Questions in the chat, through the stand-in Telegram."""
