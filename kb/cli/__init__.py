"""The command `kb`: one module for each subcommand."""
