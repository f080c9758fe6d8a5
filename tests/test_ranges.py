"""Who may call: what is given is read whole or refused, and an address is in a range or is not."""

from __future__ import annotations

import json
from contextlib import suppress
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from whcli import config, ranges
from whcli.errors import UsageError

META = {
    "verifiable_password_authentication": False,
    "hooks": ["192.30.252.0/22", "2606:50c0::/32"],
    "web": ["0.0.0.0/0"],
}
STRIPE = {"WEBHOOKS": ["3.18.12.63", "3.130.192.231"]}


@pytest.mark.parametrize(
    ("given", "address", "allowed"),
    [
        ("192.0.2.0/24", "192.0.2.255", True),
        ("192.0.2.0/24", "192.0.3.0", False),
        ("192.0.2.7", "192.0.2.7", True),
        ("192.0.2.7", "192.0.2.8", False),
        ("192.0.2.7/24", "192.0.2.9", True),
        (" 192.0.2.7 ", "192.0.2.7", True),
        ("2001:db8::/32", "2001:db8:ffff::1", True),
        ("2001:db8::/32", "2001:db9::", False),
        ("192.0.2.0/24", "::ffff:192.0.2.1", True),
        ("::/0", "192.0.2.1", False),
        ("fe80::/10", "fe80::1%eth0", True),
        ("0.0.0.0/0", None, False),
        ("0.0.0.0/0", "", False),
        ("0.0.0.0/0", "somebody", False),
        ("0.0.0.0/0", "192.0.2.1, 192.0.2.2", False),
        ("0.0.0.0/0", "010.0.0.1", False),
    ],
)
def test_an_address_is_in_a_range_or_not(given: str, address: str | None, allowed: bool):
    assert ranges.allows([ranges.parse(given)], address) is allowed


@given(some.ip_addresses(), some.ip_addresses(), some.integers(0, 128))
def test_a_range_is_what_its_first_bits_say(
    first: IPv4Address | IPv6Address, other: IPv4Address | IPv6Address, bits: int
):
    bits = min(bits, first.max_prefixlen)
    rest = first.max_prefixlen - bits
    network = ranges.parse(f"{first}/{bits}")
    mapped = isinstance(other, IPv6Address) and other.ipv4_mapped
    same = type(first) is type(other) and int(first) >> rest == int(other) >> rest
    assert mapped or ranges.allows([network], str(other)) == same


@given(some.text())
def test_any_text_is_a_range_or_a_users_mistake(text: str):
    assert ranges.allows([], text) is False
    with suppress(UsageError):
        assert ranges.parse(text).num_addresses


@given(some.text() | some.recursive(some.none() | some.text(), some.lists).map(json.dumps))
def test_any_file_is_a_list_or_a_users_mistake(content: str):
    with suppress(UsageError):
        assert ranges.read(content, source="list.txt")


@pytest.mark.parametrize(
    ("content", "count"),
    [
        ("192.0.2.0/24\n\n# ours\n2001:db8::/32  # six\r\n192.0.2.7", 3),
        (json.dumps(META), 2),
        (json.dumps(STRIPE), 2),
        ('\n ["192.0.2.1"]', 1),
    ],
)
def test_a_list_has_one_range_a_line_or_is_the_json_that_is_published(content: str, count: int):
    assert len(ranges.read(content, source="x")) == count


@pytest.mark.parametrize(
    "content",
    ["", "# nothing\n", "[]", "{}", "[1]", '{"hooks": "192.0.2.0/24"}', '{"hooks"', "192.0.2.0/24\nx", "[" * 100_000],
)
def test_a_list_that_is_damaged_or_empty_allows_nobody_in_silence(content: str):
    with pytest.raises(UsageError, match=r"list\.txt"):
        ranges.read(content, source="list.txt")


def test_lists_are_files_that_the_user_keeps(tmp_path: Path):
    environment = {"XDG_CONFIG_HOME": str(tmp_path), "LOCALAPPDATA": str(tmp_path)}
    folder = config.own_folder("config", environment) / "ranges"
    with pytest.raises(UsageError, match="no list of addresses named 'github'") as caught:
        config.ranges_of(["github"], environment)
    assert caught.value.hint
    assert f"curl --create-dirs -o {folder / 'github.json'} https://api.github.com/meta" in caught.value.hint
    with pytest.raises(UsageError, match="no list of addresses named 'office'"):
        config.ranges_of(["office"], environment)
    folder.mkdir(parents=True)
    (folder / "github.json").write_text(json.dumps(META))
    (folder / "office.txt").write_text("198.51.100.0/24\n")
    found = config.ranges_of(["github", "192.0.2.7", "office", "2001:db8::/32"], environment)
    assert [str(each) for each in found] == [
        "192.30.252.0/22", "2606:50c0::/32", "192.0.2.7/32", "198.51.100.0/24", "2001:db8::/32",
    ]  # fmt: skip
    (folder / "bytes.txt").write_bytes(b"\xff\xfe")
    with pytest.raises(UsageError, match=r"bytes\.txt cannot be read"):
        config.ranges_of(["bytes"], environment)
    for text in ("../office", "300.0.0.1", "a/b", "1.2.3.4/33", ""):
        with pytest.raises(UsageError, match="is no range of addresses"):
            config.ranges_of([text], environment)
