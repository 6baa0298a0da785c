"""The day's deck: what each own group is offered, and what comes of saying nothing."""
