"""Networks and addresses: what limits count, and what others can read."""

import ipaddress
from urllib.parse import urlsplit

HOME, NEIGHBOURHOOD = (32, 64), (24, 48)
"""The lengths of the prefixes of networks, of IPv4 and IPv6."""


def parse_address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """Return an IP address, that of IPv4 where IPv6 maps one; None for other texts."""
    try:
        parsed = ipaddress.ip_address(text)
    except ValueError:
        return None
    return getattr(parsed, "ipv4_mapped", None) or parsed


def network_of(address: str, lengths: tuple[int, int] = HOME) -> str:
    """Return the network of an IP address: one IPv6 client has very many addresses.

    Any other text is returned as it is.
    """
    parsed = parse_address(address)
    if parsed is None:
        return address
    length = lengths[0] if parsed.version == 4 else lengths[1]
    network = ipaddress.ip_network((parsed.packed, length), strict=False)
    return str(network).removesuffix("/32")


def is_loopback(address: str) -> bool:
    """Return whether an IP address is one of this machine; no other text is."""
    parsed = parse_address(address)
    return parsed is not None and parsed.is_loopback


def is_service_url(text: str) -> bool:
    """Return whether a text is an http address of host, port and path, and no more.

    A password in an address would be logged with it.
    """
    try:
        parts = urlsplit(text)
        has_port = parts.port is None or parts.port > 0
    except ValueError:
        return False
    is_http = parts.scheme in {"http", "https"} and bool(parts.hostname)
    return (
        is_http
        and has_port
        and not (parts.query or parts.fragment or "@" in parts.netloc)
    )


def is_encrypted_or_local(url: str) -> bool:
    """Return whether nobody on the network can read what is sent to an address.

    Raises:
        ValueError: the address is malformed.
    """
    parts = urlsplit(url)
    if parts.scheme == "https" or parts.hostname == "localhost":
        return True
    return is_loopback(parts.hostname or "")
