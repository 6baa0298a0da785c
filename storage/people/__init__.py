"""People, promoters, invitations and groups."""
