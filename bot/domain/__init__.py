"""What we know: frozen records and pure functions, without await, clock or chance."""
