"""What the staff side keeps: accounts, sessions, attempts, the log, unfound searches.

One file of SQLite in the instance folder. Nothing here knows of the web, and nothing
here is content: that is files in `documents/`. SQLAlchemy and Alembic are imported when
they are first needed, so that a start does not wait for them.
"""
