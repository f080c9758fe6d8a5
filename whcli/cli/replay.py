"""`whcli replay`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated

import typer

from whcli import outgoing, providers
from whcli.actions import replay
from whcli.actions.deliver import Job, prepared, signer
from whcli.actions.edit import Edits, edit
from whcli.actions.select import select
from whcli.cli import options, progress, signing
from whcli.cli.env import Env, now
from whcli.errors import NotDelivered, NotFound, UsageError
from whcli.filters import ALL, Filter
from whcli.http import Request
from whcli.model import Delivery, Secret, Target
from whcli.paths import assignment
from whcli.providers import Provider

To = Annotated[
    str | None,
    typer.Option(
        "--to", metavar="TARGET", help="3000, 3000/hooks, host:port or a URL; by default where it went before."
    ),
]
Times = Annotated[int, typer.Option("--times", metavar="N", min=1, help="Send each so many times.")]
Concurrency = Annotated[
    int, typer.Option("--concurrency", metavar="N", min=1, max=256, help="So many at once; 1 keeps the order.")
]
BodyOption = Annotated[
    str | None, typer.Option("--body", metavar="@FILE", help="Another body: @FILE, - for stdin, or text.")
]
Resign = Annotated[
    bool | None,
    typer.Option(
        "--resign/--original-signature",
        help="Sign afresh, or leave the signature as it came. By default afresh where a secret is known and the "
        "signature would be refused: it holds a time, or the request was changed.",
    ),
]
SignUrl = Annotated[
    str | None,
    typer.Option(
        "--sign-url",
        metavar="URL",
        help="The URL to sign, for schemes that sign it: the one by which the target knows itself; by default the one "
        "that the sender called.",
    ),
]
Limit = Annotated[
    int | None, typer.Option("-n", "--limit", metavar="N", min=0, help="Of those that match, only the newest so many.")
]


@options.filtered
def run(
    ctx: typer.Context,
    wanted: Filter,
    ids: options.Ids = None,
    to: To = None,
    times: Times = 1,
    concurrency: Concurrency = 1,
    changes: options.SetOption = None,
    header: options.HeaderOption = None,
    body: BodyOption = None,
    resign: Resign = None,
    secret: options.SecretOption = None,
    param: signing.ParamOption = None,
    sign_url: SignUrl = None,
    limit: Limit = None,
    timeout: options.Timeout = "30s",
    allow_remote: options.AllowRemote = False,
    dry_run: options.DryRun = False,
    as_json: options.Json = False,
) -> None:
    """Send stored deliveries again, signed afresh where the receiver would refuse them otherwise.

    Example: whcli replay last --to 3000/hooks

    Example: whcli replay --provider stripe --since 1h --concurrency 16
    """
    env: Env = ctx.obj
    chosen = _chosen(env, ids, wanted, limit)
    edits = Edits(
        changes=tuple(assignment(each) for each in changes or ()),
        headers=options.headers(header),
        body=None if body is None else options.data(body),
    )
    params = signing.pairs(param)
    signing.check_params(params)
    planner = _Planner(
        env,
        edits=edits,
        to=outgoing.parse_target(to) if to else None,
        timeout=options.timeout_of(timeout),
        resign=resign,
        secrets=env.secrets(secret),
        params=params,
        sign_url=sign_url,
    )
    again = (id_ for id_ in chosen for _ in range(times))
    jobs = (planner.job(delivery) for delivery in env.store.deliveries(again))
    if dry_run:
        progress.show_requests(env, (prepared(job) for job in jobs), as_json=as_json)
        return
    ports = env.ports(allow_remote=allow_remote)
    total = len(chosen) * times
    taken = progress.show(env, replay.run(ports, jobs, concurrency=concurrency), total=total, as_json=as_json)
    if taken < total:
        raise NotDelivered(
            f"{total - taken} of {total} attempts did not get a 2xx", hint="whcli show ID tells what came back"
        )


def _chosen(env: Env, ids: list[str] | None, wanted: Filter, limit: int | None) -> list[int]:
    """The deliveries named, or those that match, oldest first."""
    if ids and wanted != ALL:
        raise UsageError("ids and filters exclude each other", hint="name deliveries, or filter them")
    if ids:
        return select(env.store, ids)
    if wanted == ALL and not limit:
        raise UsageError("which deliveries?", hint="whcli replay last, whcli replay 40-45, or a filter: --since 1h")
    found = [record.delivery.id for record in env.store.records(wanted, limit=limit or None)]
    if not found:
        raise NotFound("no delivery matches", hint="try the same filters with whcli list")
    return found[::-1]


class _Planner:
    """Makes a stored delivery the job that the options ask for."""

    def __init__(
        self,
        env: Env,
        *,
        edits: Edits,
        to: str | None,
        timeout: timedelta,
        resign: bool | None,
        secrets: tuple[Secret, ...],
        params: Mapping[str, str],
        sign_url: str | None,
    ) -> None:
        self._env = env
        self._edits = edits
        self._to = to
        self._timeout = timeout
        self._resign = resign
        self._secrets = secrets
        self._params = params
        self._sign_url = sign_url
        self._warned: set[str] = set()

    def job(self, delivery: Delivery) -> Job:
        """What to send for a delivery."""
        request = edit(delivery.request, self._edits)
        named = delivery.provider
        provider = providers.get(named) if named and providers.has(named) else None
        secrets = signing.known(self._env, provider, endpoint=delivery.endpoint, given=self._secrets)
        wanted = provider is not None and (provider.scheme.timed or request != delivery.request)
        by_default = bool(secrets) and wanted
        if wanted and not secrets and self._resign is None and provider is not None:
            self._warn(provider, request)
        sign = None
        if by_default if self._resign is None else self._resign:
            if provider is None or not secrets:
                raise self._unsignable(delivery)
            given = signing.of_provider(provider, self._params)
            scheme = signing.bound(self._env, provider, endpoint=delivery.endpoint, given=given).scheme
            url = self._sign_url or (request.url if scheme.signs_url else None)
            sign = signer(scheme, secrets[0], now, url=url, id=delivery.event_id)
        same_body = request.body is delivery.request.body
        return Job(
            request=request,
            target=Target(self._to or self._usual(delivery), timeout=self._timeout),
            cause="replay",
            delivery_id=delivery.id,
            sign=sign,
            body_sha256=delivery.body_sha256 if same_body else None,
        )

    def _warn(self, provider: Provider, request: Request) -> None:
        """Say, once, that a signature leaves which the target will refuse."""
        if provider.name not in self._warned and provider.scheme.present(request):
            self._warned.add(provider.name)
            self._env.talk(
                f"Not signed afresh: no secret is known for {provider.name}, so the target may refuse it.",
                f"  --secret env:{provider.secret_env}, or --original-signature if it is meant",
            )

    def _usual(self, delivery: Delivery) -> str:
        """Where a delivery went before, else where the settings say."""
        target = self._env.store.last_target(delivery.id) or next(iter(self._env.targets()), None)
        if target is None:
            raise UsageError(
                f"where to? delivery {delivery.id} has not been sent on yet", hint="--to 3000, or --to 3000/hooks"
            )
        return target

    def _unsignable(self, delivery: Delivery) -> UsageError:
        if delivery.provider is None:
            return UsageError(f"delivery {delivery.id} has no provider to sign for", hint="--original-signature")
        env_name = providers.get(delivery.provider).secret_env
        return UsageError(f"no secret is known for {delivery.provider}", hint=f"--secret env:{env_name}")
