"""Every programme from invitation to statement, on both engines."""
