"""Offers watched for the posts that carry them, the edits of those posts, and forum topics."""
