"""The tables after the newest migration; times are whole seconds since 1970, UTC."""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
)

METADATA = MetaData()

accounts = Table(
    "accounts",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("email", Text, nullable=False, unique=True),
    Column("role", Text, nullable=False),
    Column("password_hash", Text),
    Column("is_disabled", Integer, nullable=False),
    Column("created_at", Integer, nullable=False),
    Column("signed_in_at", Integer),
    CheckConstraint("role IN ('editor', 'publisher', 'admin')", name="role"),
    sqlite_autoincrement=True,
)

links = Table(
    "links",
    METADATA,
    Column("token_hash", Text, primary_key=True),
    Column(
        "account_id",
        Integer,
        ForeignKey("accounts.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    Column("expires_at", Integer, nullable=False),
)

sessions = Table(
    "sessions",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("token_hash", Text, nullable=False, unique=True),
    Column(
        "account_id",
        Integer,
        ForeignKey("accounts.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    Column("browser", Text, nullable=False),
    Column("created_at", Integer, nullable=False),
    Column("seen_at", Integer, nullable=False),
    sqlite_autoincrement=True,
)

attempts = Table(
    "attempts",
    METADATA,
    Column("key", Text, primary_key=True),
    Column("count", Integer, nullable=False),
    Column("expires_at", Integer, nullable=False, index=True),
)

audit_log = Table(
    "audit_log",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("at", Integer, nullable=False),
    Column("actor", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("detail", Text, nullable=False),
    sqlite_autoincrement=True,
)

unfound_searches = Table(
    "unfound_searches",
    METADATA,
    Column("day", Integer, primary_key=True),
    Column("locale", Text, primary_key=True),
    Column("text", Text, primary_key=True),
    Column("count", Integer, nullable=False),
)

Index("audit_log_at", audit_log.c.at)
