"""Which network an address belongs to, however it is written."""

import pytest

from learning.kit.networks import networks_of

V4 = ("203.0.113.0/24",)


@pytest.mark.parametrize(
    ("address", "networks"),
    [
        ("203.0.113.77", V4),
        ("203.0.113.77:4711", V4),
        ("::ffff:203.0.113.77", V4),
        ("::FFFF:CB00:714D", V4),
        ("[::ffff:203.0.113.77]:443", V4),
        ("::203.0.113.77", V4),
        ("::ffff:0:203.0.113.77", V4),
        ("64:ff9b::203.0.113.77", V4),
        ("64:ff9b:1::203.0.113.77", V4),
        ("2002:cb00:714d::1", V4),
        ("2001:0:4136:e378:8000:63bf:34ff:8eb2", V4),  # Teredo turns its bits
        ("2001:db8:1:2::3", ("2001:db8:1:2::/64", "2001:db8:1::/48")),
        ("2001:db8:1:2:ffff::9", ("2001:db8:1:2::/64", "2001:db8:1::/48")),
        ("[2001:db8:1:2::3]:443", ("2001:db8:1:2::/64", "2001:db8:1::/48")),
        ("fe80::1%eth0", ("fe80::/64", "fe80::/48")),
        ("::1", ("::/64", "::/48")),
        ("", ()),
        ("unix:", ()),
        ("_hidden", ()),
    ],
)
def test_a_network_is_the_same_however_its_address_is_written(address, networks) -> None:
    assert networks_of(address) == networks
