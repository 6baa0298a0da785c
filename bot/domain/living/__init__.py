"""Posts that live on after sending: what they say now, how often they may, and where they go."""
