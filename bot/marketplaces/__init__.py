"""Outward to shops: one file a shop, all alike, found through the registry."""
