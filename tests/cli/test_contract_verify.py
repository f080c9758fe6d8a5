"""What is given to verify is never passed over."""

from __future__ import annotations

from tests.process import Home


def test_verifying_a_stored_delivery_with_another_body_header_or_url(home: Home):
    home.configure('[endpoints.generic]\nsecret = "s3cret"\n')
    home.listen()
    home.run("send", "--event", "created")
    assert home.run("verify", "last").code == 0
    assert home.run("verify", "last", "--url", "https://example.com/", "--method", "PUT").code == 0
    assert home.run("verify", "last", "--body", "{}", "--json", code=4).objects[0]["outcome"] == "mismatch"
    bad = f"X-Webhook-Signature: sha256={'0' * 64}"
    assert home.run("verify", "last", "--header", bad, "--json", code=4).objects[0]["outcome"] == "mismatch"
