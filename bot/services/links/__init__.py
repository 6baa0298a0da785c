"""Use cases of links: following them."""
