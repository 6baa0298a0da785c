"""The command line, one module a column; every command imports late what it alone needs."""
