"""Growing: three levels with tasks that stored facts verify, and boards for who wants them."""
