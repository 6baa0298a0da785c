"""Growing in the chat: tasks and tutorials, the team, the mentor, the boards."""
