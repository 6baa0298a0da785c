"""The health of groups: what they answer posts with, where they stand, and what is changed."""
