"""Networks and addresses: what limits count, and what others can read."""

import ipaddress
from urllib.parse import urlsplit

HOME, NEIGHBOURHOOD = (32, 64), (24, 48)
"""The lengths of the prefixes of networks, of IPv4 and IPv6."""


def network_of(address: str, lengths: tuple[int, int] = HOME) -> str:
    """Return the network of an IP address: one IPv6 client has very many addresses.

    Any other text is returned as it is.
    """
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        parsed = parsed.ipv4_mapped or parsed
    length = lengths[0] if parsed.version == 4 else lengths[1]
    network = ipaddress.ip_network((parsed.packed, length), strict=False)
    return str(network).removesuffix("/32")


def is_loopback(address: str) -> bool:
    """Return whether an IP address is one of this machine; no other text is."""
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def is_encrypted_or_local(url: str) -> bool:
    """Return whether nobody on the network can read what is sent to an address.

    Raises:
        ValueError: the address is malformed.
    """
    parts = urlsplit(url)
    if parts.scheme == "https" or parts.hostname == "localhost":
        return True
    return is_loopback(parts.hostname or "")
