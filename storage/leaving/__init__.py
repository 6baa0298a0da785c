"""Groups that are copied, handed on and left, links into groups, and what goes along."""
