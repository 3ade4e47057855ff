"""“What can my town do?”: four questions, and a plan made of records."""
