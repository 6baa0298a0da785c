"""Use cases of money: crediting, settling, reporting."""
