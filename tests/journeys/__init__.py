"""What people do with the running bot from end to end, over HTTP alone."""
