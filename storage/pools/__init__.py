"""Pools, who joined them, and the pick-up points of groups."""
