"""Links and clicks."""
