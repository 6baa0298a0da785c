"""Posters: a picture of an offer with the code of a tracked link, for a promoter to pass on."""
