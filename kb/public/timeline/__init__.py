"""The timeline of the project and of the group: what happened, and what comes next."""
