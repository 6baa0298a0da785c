"""When nothing is posted, what a promoter may change, and posts that sell nothing."""
