"""Growing: levels and their tasks, mentors, teams, and boards for who wants to be seen."""
