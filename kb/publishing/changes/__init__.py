"""Changes of the content: announced, made together, told to the history."""
