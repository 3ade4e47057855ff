"""The inbox: what visitors sent, the replies to them, and the drafts made of it."""
