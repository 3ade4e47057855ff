"""The relevance desk: what people search for, and how well it is answered."""
