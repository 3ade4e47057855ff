"""Records as pages show them: cards, files, texts, states of other days."""
