"""What fan-out is measured with: a Bot API, clients, the outbox and the whole bot as processes."""
