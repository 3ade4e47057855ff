"""The tables that the migrations create, and the Python types of their columns."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import Boolean, Enum, Integer, TypeDecorator, column, table

from kb.database.model import Role


class Timestamp(TypeDecorator[dt.datetime]):
    """A time in UTC, stored as whole seconds since 1970."""

    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: Any, _dialect: object) -> int | None:
        """Return the stored form of a time."""
        return None if value is None else int(value.timestamp())

    def process_result_value(
        self, value: int | None, _dialect: object
    ) -> dt.datetime | None:
        """Return the time of a stored form."""
        return None if value is None else dt.datetime.fromtimestamp(value, dt.UTC)


accounts = table(
    "accounts",
    column("id", Integer),
    column("email"),
    column("role", Enum(Role, values_callable=list)),
    column("password_hash"),
    column("is_disabled", Boolean),
    column("created_at", Timestamp),
    column("signed_in_at", Timestamp),
)
links = table(
    "links", column("token_hash"), column("account_id"), column("expires_at", Timestamp)
)
sessions = table(
    "sessions",
    column("id"),
    column("token_hash"),
    column("account_id"),
    column("browser"),
    column("created_at", Timestamp),
    column("seen_at", Timestamp),
    column("id_token"),
)
attempts = table("attempts", column("key"), column("count"), column("at"))
devices = table(
    "devices",
    column("token_hash"),
    column("account_id"),
    column("expires_at", Timestamp),
)
failed_sign_ins = table(
    "failed_sign_ins",
    column("account_id"),
    column("count"),
    column("first_at", Timestamp),
    column("last_at", Timestamp),
)
second_factors = table(
    "second_factors", column("account_id"), column("secret"), column("last_step")
)
recovery_codes = table("recovery_codes", column("code_hash"), column("account_id"))
identities = table(
    "identities",
    column("account_id"),
    column("issuer"),
    column("subject"),
    column("bound_at", Timestamp),
)
daily_counts = table(
    "daily_counts", column("day", Integer), column("name"), column("count", Integer)
)
audit_log = table(
    "audit_log",
    column("id"),
    column("at", Timestamp),
    column("actor"),
    column("action"),
    column("subject"),
    column("detail"),
)
unfound_searches = table(
    "unfound_searches",
    column("day", Integer),
    column("locale"),
    column("text"),
    column("count", Integer),
)
typed_searches = table(
    "typed_searches",
    column("day", Integer),
    column("locale"),
    column("text"),
    column("count", Integer),
)
