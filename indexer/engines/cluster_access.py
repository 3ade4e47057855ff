"""How the servers of an index are reached: values of settings, without a client."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class ClusterAccess:
    """The servers of an index, and who signs in there.

    Attributes:
        urls: the addresses of the nodes; any of them answers any request.
        index: the alias of the current index, and the beginning of its names.
        user: the name that signs in; empty without a password.
        password_file: the file with the password.
        ca_file: the certificates that sign those of the nodes; None for the system's.
        certificate_file: the certificate of this client, which may be its sign-in.
        key_file: the private key of that certificate.
        shards: into how many parts a new index is split.
        replicas: how many copies each part has on other nodes.
    """

    urls: tuple[str, ...] = ()
    index: str = "kb"
    user: str = ""
    password_file: Path | None = field(default=None, repr=False)
    ca_file: Path | None = None
    certificate_file: Path | None = None
    key_file: Path | None = field(default=None, repr=False)
    shards: int = 1
    replicas: int = 1

    @property
    def place(self) -> Path:
        """What messages name as the place of the index."""
        return Path(f"opensearch/{self.index}")


NO_CLUSTER = ClusterAccess()
