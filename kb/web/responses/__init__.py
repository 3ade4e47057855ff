"""Responses: headers, ETags, files, errors, and limits of requests."""
