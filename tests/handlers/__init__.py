"""The doors, through real requests."""
