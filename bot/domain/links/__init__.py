"""What we know of links: codes, safe addresses, clicks."""
