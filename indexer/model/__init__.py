"""What everything else talks about: frozen dataclasses, and nothing that acts."""
