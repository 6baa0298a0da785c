"""What promoters did and come to: facts for their tasks, mentors, sums of teams, boards."""
