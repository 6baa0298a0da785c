"""The day's deck: dealt before the first slot, turned in the chat, and silence looked back on."""
