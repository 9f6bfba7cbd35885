"""The network of an IP address, however it is written."""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

NETWORK_V4, NETWORK_V6, SITE_V6 = 24, 64, 48
LAST_32 = 2**32 - 1
IPV4_EMBEDDING_NETWORKS = tuple(
    map(
        IPv6Network,
        (
            "::/96",  # IPv4-compatible (RFC 4291)
            "::ffff:0:0/96",  # IPv4-mapped (RFC 4291)
            "::ffff:0:0:0/96",  # IPv4-translated (RFC 2765)
            "64:ff9b::/96",  # NAT64, SIIT (RFC 6052)
            "64:ff9b:1::/48",  # NAT64 of a network's own (RFC 8215)
        ),
    )
)


def networks_of(address: str) -> tuple[str, ...]:
    """Return the networks of an address, the smallest first; none if it is invalid.

    For IPv4 its /24, also where it is written as IPv6; for IPv6 its /64, which one household
    has, and its /48, which one customer has.
    """
    ip = _read(address)
    if ip is None:
        return ()
    lengths = (NETWORK_V4,) if isinstance(ip, IPv4Address) else (NETWORK_V6, SITE_V6)
    return tuple(str(ip_network((ip, length), strict=False)) for length in lengths)


def _read(text: str) -> IPv4Address | IPv6Address | None:
    """Return an address without brackets, port or interface; an IPv4 one as such."""
    bare = text.strip()
    if bare.startswith("["):
        bare = bare[1:].partition("]")[0]
    elif bare.count(":") == 1 and "." in bare:
        bare = bare.partition(":")[0]
    try:
        ip = ip_address(bare.partition("%")[0])
    except ValueError:
        return None
    return _embedded_ipv4(ip) if isinstance(ip, IPv6Address) else ip


def _embedded_ipv4(ip: IPv6Address) -> IPv4Address | IPv6Address:
    """Return the IPv4 address that an IPv6 one embeds, else the address itself."""
    if ip.is_loopback or ip.is_unspecified:
        return ip
    if any(ip in prefix for prefix in IPV4_EMBEDDING_NETWORKS):
        return IPv4Address(int(ip) & LAST_32)
    if ip.teredo:
        return ip.teredo[1]
    return ip.sixtofour or ip
