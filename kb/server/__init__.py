"""The service: gunicorn and the process that follows the content."""
