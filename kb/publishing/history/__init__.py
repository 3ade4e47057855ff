"""What was changed, who changed it, and what the change was."""
