"""Offers, shortlists and picks."""
