"""Docker Hub: a name and a URL are all that a webhook has."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.credential import Unsigned
from whcli.signing.joined import Joined
from whcli.signing.slots import Json

PROVIDER = Provider(
    name="docker-hub",
    title="Docker Hub",
    docs="https://docs.docker.com/docker-hub/repos/manage/webhooks/",
    scheme=Unsigned("Docker Hub signs nothing."),
    event_type=(),
    event_id=(Joined(Json("repository.repo_name"), Json("push_data.tag"), Json("push_data.pushed_at"), by=":"),),
    marks=(),
    secret_hint="none: Docker Hub signs nothing",
    secret_env="",
    events=("push",),
)
