"""npm's registry hooks, as GitHub's under a header of their own; the registry has retired them."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.joined import Joined
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header, Json

PROVIDER = Provider(
    name="npm",
    title="npm hooks",
    docs="https://docs.npmjs.com/cli/v8/commands/npm-hook",
    scheme=SignatureScheme(signature=Header("x-npm-signature"), prefix="sha256="),
    event_type=(Json("event"),),
    event_id=(Joined(Json("event"), Json("name"), Json("time"), by=":"),),
    marks=("x-npm-signature",),
    secret_hint="The text that you gave to `npm hook add`",
    secret_env="NPM_HOOK_SECRET",
    events=("package:publish", "package:unpublish", "package:dist-tag", "package:owner", "package:star"),
    confidence="medium",
)
