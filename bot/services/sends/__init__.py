"""One-tap sends: one offer to all own groups, previewed, confirmed, taken back, told."""
