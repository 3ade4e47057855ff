"""The application, for a WSGI server: `gunicorn kb.wsgi:app`.

`kb serve` is the usual way: it also brings the index up to date first.
"""

from kb.app import create_app

app = create_app()
