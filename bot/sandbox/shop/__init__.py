"""A stand-in shop: invented offers, drawn pictures, orders, postbacks, month's report."""
