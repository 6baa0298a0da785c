"""The sandbox: a stand-in Telegram and shop."""
