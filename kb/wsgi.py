"""The application, for a WSGI server: `gunicorn kb.wsgi:app`.

`kb serve` is the usual way: it also brings the index up to date first.
"""

import os

from kb.app import create_app
from kb.core.permissions import OTHERS

os.umask(OTHERS)
app = create_app()
