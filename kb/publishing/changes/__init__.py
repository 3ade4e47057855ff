"""Changes of the content: transactions with a journal, recorded in the history."""
