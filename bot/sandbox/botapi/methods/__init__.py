"""The methods of the stand-in Bot API, by what they do."""
