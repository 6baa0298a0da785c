"""Use cases of offers: importing, ranking, picking."""
