"""Questions as they were asked, what promoters told, wishes, and claimed orders."""
