"""Searches as pages show them: parameters, filters, results, formats."""
