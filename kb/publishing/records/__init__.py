"""Record files as form values, and back, with comments and layout kept."""
