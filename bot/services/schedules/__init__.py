"""Schedules as people set them: slots, quiet hours, blackout dates, scripts, warm posts."""
