"""Where a secret is known, nothing gets past it."""

from __future__ import annotations

import pytest

from tests.client import ask, request
from tests.process import Home


@pytest.mark.parametrize(
    ("options", "toml"), [(("--secret", "s3cret"), ""), ((), '[endpoints.orders]\nsecret = "s3cret"\n')]
)
def test_a_request_without_any_signature_is_refused_where_a_secret_is_known(
    home: Home, options: tuple[str, ...], toml: str
):
    home.configure(toml)
    listener = home.listen(*options)
    assert ask(listener.port, request(target=b"/webhook/orders", body=b"{}")).status == 401
    (stored,) = home.run("list", "--json").objects
    assert (stored["verdict"]["outcome"], stored["verdict"]["cause"]) == ("missing", "missing-header")
