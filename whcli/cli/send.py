"""`whcli send`."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Annotated

import typer

from whcli import events, outgoing, providers
from whcli.actions import send
from whcli.actions.deliver import Job, Sign, prepared
from whcli.actions.edit import Edits, edit
from whcli.actions.spoil import Spoil, signed
from whcli.cli import complete, options, progress, running, signing
from whcli.cli.env import Env, now
from whcli.errors import NotDelivered, UsageError
from whcli.filters import parse_span, parse_time
from whcli.http import Headers
from whcli.model import Attempt, Secret, Target
from whcli.paths import assignment
from whcli.providers import Provider
from whcli.schedule import RetryPolicy

TargetArgument = Annotated[
    str | None,
    typer.Argument(metavar="[TARGET]", help="3000, 3000/hooks, host:port or a URL; by default the running listener."),
]
EventOption = Annotated[
    str,
    typer.Option(
        "--event",
        "-e",
        metavar="TYPE",
        help="The type: payment.success, …; whcli providers NAME lists them.",
        autocompletion=complete.event,
    ),
]
ProviderOption = Annotated[
    str,
    typer.Option(
        "--provider", "-p", metavar="NAME", help="The provider whose event it is.", autocompletion=complete.provider
    ),
]
Data = Annotated[
    str | None,
    typer.Option("--data", "-d", metavar="JSON|@FILE|-", help="The body, sent as given, in place of the sample's."),
]
Count = Annotated[int, typer.Option("--count", metavar="N", min=1, help="Send so many, each another event.")]
At = Annotated[
    str | None, typer.Option("--at", metavar="TIME", help="Make and sign it as of then: 10m, 2h, 3d ago, or RFC 3339.")
]
Unsigned = Annotated[bool, typer.Option("--unsigned", help="Send it without a signature.")]
Tamper = Annotated[bool, typer.Option("--tamper", help="Change the body after it was signed.")]
WrongSecret = Annotated[bool, typer.Option("--wrong-secret", help="Sign it with another secret.")]
Stale = Annotated[str | None, typer.Option("--stale", metavar="SPAN", help="Sign it as of so long ago: 10m.")]
Retries = Annotated[
    int, typer.Option("--retries", metavar="N", min=0, help="Try again so often after a 5xx or no answer.")
]
Seed = Annotated[int | None, typer.Option("--seed", metavar="N", help="Draw the same ids and amounts each time.")]


def run(
    ctx: typer.Context,
    target: TargetArgument = None,
    event: EventOption = "",
    provider: ProviderOption = "generic",
    secret: options.SecretOption = None,
    data: Data = None,
    changes: options.SetOption = None,
    header: options.HeaderOption = None,
    count: Count = 1,
    at: At = None,
    unsigned: Unsigned = False,
    tamper: Tamper = False,
    wrong_secret: WrongSecret = False,
    stale: Stale = None,
    retries: Retries = 0,
    timeout: options.Timeout = "30s",
    seed: Seed = None,
    allow_remote: options.AllowRemote = False,
    dry_run: options.DryRun = False,
    as_json: options.Json = False,
) -> None:
    """Send a sample event, signed as its provider would.

    Example: whcli send --event payment.success

    Example: whcli send 3000/hooks --provider stripe --event invoice.paid --secret env:STRIPE_WEBHOOK_SECRET
    """
    env: Env = ctx.obj
    record = providers.get(provider)
    template = _template(record, event, given=data is not None)
    spoil = Spoil(wrong_secret, tamper, parse_span(stale) if stale else timedelta(0))
    if unsigned and spoil != Spoil():
        raise UsageError("--unsigned leaves nothing to spoil", hint="leave one of them out")
    secrets = () if unsigned else signing.known(env, record, endpoint=None, given=env.secrets(secret))
    record = signing.bound(env, record, endpoint=None) if secrets else record
    if not secrets and spoil != Spoil():
        signing.required(env, record.name, given=())
    started = now()
    draft = _Draft(
        record,
        template=template,
        url=outgoing.parse_target(target) if target else running.endpoint(env, record.name),
        at=parse_time(at, now=started) if at else None,
        random=Random(seed),
        changes=tuple(assignment(each) for each in changes or ()),
        headers=options.headers(header),
        data=None if data is None else options.data(data),
        timeout=options.timeout_of(timeout),
    )
    jobs = (draft.job(secrets[0] if secrets else None, spoil) for _ in range(count))
    if dry_run:
        progress.show_requests(env, (prepared(job) for job in jobs), as_json=as_json)
        return
    if not secrets and not unsigned:
        env.talk(f"Not signed: no secret is known for {record.name}. Sign with --secret SECRET.")
    attempts = _sent(env, jobs, RetryPolicy(retries), allow_remote=allow_remote)
    taken = progress.show(env, attempts, total=count, as_json=as_json)
    if taken < count:
        raise NotDelivered(f"{count - taken} of {count} events did not get a 2xx")


def _template(provider: Provider, event: str, *, given: bool) -> events.Template:
    """The sample of an event; of a provider without samples nothing but its name, where the body is given.

    Raises UsageError for no event at all, or no body; NotFound for an event without a sample.
    """
    sampled = provider.name in events.providers()
    known = events.types(provider.name) if sampled else provider.events
    if not event:
        hint = f"--event {known[0]}; whcli providers {provider.name} lists them" if known else "--event NAME"
        raise UsageError("which event?", hint=hint)
    if not sampled and not given:
        told = f"there are no sample events of {provider.name}"
        raise UsageError(told, hint="give the body: --data @FILE, --data JSON, or --data - for stdin")
    return events.load(provider.name, event) if sampled else events.blank(provider.name, event)


class _Draft:
    """Makes events of one type, each another one."""

    def __init__(
        self,
        provider: Provider,
        *,
        template: events.Template,
        url: str,
        at: datetime | None,
        random: Random,
        changes: tuple[tuple[tuple[str | int, ...], object], ...],
        headers: Headers,
        data: bytes | None,
        timeout: timedelta,
    ) -> None:
        self._provider = provider
        self._template = template
        self._at = at
        self._random = random
        self._changes = changes
        self._target = Target(url, headers=headers, timeout=timeout)
        self._data = data

    def job(self, secret: Secret | None, spoil: Spoil) -> Job:
        """A new event on its way."""
        moment = self._at or now()
        changes = self._changes if self._data is None else ()
        event = events.render(self._template, now=moment, random=self._random, changes=changes)
        request = events.request(
            self._template, event, url=self._target.url, now=moment, random=self._random, data=self._data
        )
        request = providers.tell(self._provider, request, event.type)
        if self._data is not None and self._changes:
            request = edit(request, Edits(self._changes))
        sign: Sign | None = None
        if secret is not None:
            id_ = f"msg_{self._random.getrandbits(128):032x}"
            sign = signed(self._provider.scheme, secret, at=lambda: self._at or now(), spoil=spoil, id=id_)
        return Job(request, self._target, cause="send", sign=sign)


def _sent(env: Env, jobs: Iterable[Job], policy: RetryPolicy, *, allow_remote: bool) -> Iterator[Attempt]:
    """Each attempt, once it is stored."""
    ports = env.ports(allow_remote=allow_remote)
    sender = ports.sender()
    try:
        for job in jobs:
            yield from send.send(ports, job, sender=sender, policy=policy, sleep=_sleep)
    finally:
        sender.close()


def _sleep(span: timedelta) -> None:
    time.sleep(span.total_seconds())
