"""The ranking in the operator's chat."""
