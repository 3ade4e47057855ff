"""What is particular to the engine on Whoosh."""
