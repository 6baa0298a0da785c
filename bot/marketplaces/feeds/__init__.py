"""Reading feeds: CSV, JSON lines and Google Merchant files in, facts of offers out."""
