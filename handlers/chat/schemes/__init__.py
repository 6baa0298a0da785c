"""What only some programmes have: personal links, own stock, verticals."""
