"""Questions: read, fitted to offers, answered from stored facts, worded and checked."""
