"""Responses: headers, compression, ETags, files, errors, and limits of requests."""
