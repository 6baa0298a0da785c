"""The doors: people ask in the chat, machines ask over HTTP."""
