"""Groups that are copied, handed on and left, links into them, and what goes along."""
