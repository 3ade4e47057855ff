"""The network of a client: limits count it instead of the address."""

from __future__ import annotations

import ipaddress

IPV6_NETWORK = 64


def network_of(address: str) -> str:
    """Return the network of an IP address: one IPv6 client has very many addresses."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv4Address):
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((parsed.packed, IPV6_NETWORK), strict=False))


def is_loopback(address: str) -> bool:
    """Return whether an IP address is one of this machine; no other text is."""
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
