"""The people, chats and messages of the sandbox, and what people do in them."""
