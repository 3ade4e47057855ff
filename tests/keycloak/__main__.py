"""Runs Keycloak until Ctrl-C: `make keycloak`."""

import signal
import sys
from contextlib import suppress
from pathlib import Path

from tests.keycloak.server import (
    ADMIN,
    ADMIN_PASSWORD,
    NoKeycloakError,
    running_keycloak,
)
from tests.support.local_provider import CLIENT_ID, CLIENT_SECRET

SECRET_FILE = Path("var/keycloak-secret")


def main() -> None:
    """Start the server, print how to use it, and stop it at SIGINT or SIGTERM."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    SECRET_FILE.parent.mkdir(exist_ok=True)
    SECRET_FILE.write_text(CLIENT_SECRET, "utf-8")
    with suppress(KeyboardInterrupt), running_keycloak(8180) as server:
        sys.stdout.write(
            f"Keycloak runs at {server.url} ({ADMIN} / {ADMIN_PASSWORD}). In another "
            f"terminal:\n\n  export KB_OIDC_ISSUER={server.issuer}"
            f"\n  export KB_OIDC_CLIENT_ID={CLIENT_ID}"
            f"\n  export KB_OIDC_CLIENT_SECRET_FILE={SECRET_FILE.absolute()}"
            "\n  export KB_OIDC_NAME=Keycloak"
            "\n  .venv/bin/kb staff add lea@example.org --role admin"
            "\n  make run\n\nSign in as lea with “password of lea”. Ctrl-C stops the "
            "server and deletes its data.\n"
        )
        sys.stdout.flush()
        signal.pause()


if __name__ == "__main__":
    try:
        main()
    except NoKeycloakError as error:
        sys.exit(f"make keycloak: {error}")
