"""Questions of members: heard where they are addressed to the bot, answered quietly."""
