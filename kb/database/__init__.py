"""The staff database: accounts, sessions, sign-in attempts, audit log, failed searches.

One SQLite file in the instance folder, without content and without code of the web.
SQLAlchemy and Alembic are imported on first use: they would delay the start.
"""
