"""What we know of people: who stands under whom, and how a group stands."""
