"""The wire to Telegram: updates in, messages and edits out, buttons both ways."""
