"""`whcli send`."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from datetime import timedelta
from random import Random
from typing import Annotated

import typer

from whcli import outgoing, providers
from whcli.actions import send
from whcli.actions.deliver import Job, prepared
from whcli.actions.spoil import Spoil
from whcli.cli import complete, drafts, options, progress, running, signing
from whcli.cli.env import Env, now
from whcli.errors import NotDelivered
from whcli.filters import parse_span, parse_time
from whcli.model import Attempt, Target
from whcli.paths import assignment
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
HandshakeOption = Annotated[
    bool,
    typer.Option("--handshake", help="Ask what the provider asks of an endpoint; of several, the one of --event."),
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
SignUrl = Annotated[
    str | None,
    typer.Option(
        "--sign-url", metavar="URL", help="The URL to sign, for schemes that sign it, where it is not the target's."
    ),
]
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
    param: signing.ParamOption = None,
    handshake: HandshakeOption = False,
    data: Data = None,
    changes: options.SetOption = None,
    header: options.HeaderOption = None,
    count: Count = 1,
    at: At = None,
    unsigned: Unsigned = False,
    tamper: Tamper = False,
    wrong_secret: WrongSecret = False,
    stale: Stale = None,
    sign_url: SignUrl = None,
    retries: Retries = 0,
    timeout: options.Timeout = "30s",
    seed: Seed = None,
    allow_remote: options.AllowRemote = False,
    dry_run: options.DryRun = False,
    as_json: options.Json = False,
) -> None:
    """Send a sample event, signed as its provider would; or, with --handshake, ask as it would, and judge the answer.

    Of a provider without samples, the event holds its type and its id; --set and --data say more.

    Example: whcli send --event payment.success

    Example: whcli send 3000/hooks --provider stripe --event invoice.paid --secret env:STRIPE_WEBHOOK_SECRET

    Example: whcli send 3000/hooks --provider slack --handshake --secret env:SLACK_SIGNING_SECRET
    """
    env: Env = ctx.obj
    record = providers.get(provider)
    question = drafts.question_of(record, event) if handshake else None
    template = None if question else drafts.template_of(record, event, given=data is not None)
    spoil = Spoil(wrong_secret, tamper, parse_span(stale) if stale else timedelta(0))
    given, spoilt = data is not None or bool(changes), spoil != Spoil()
    drafts.check(record, question, given=given, spoilt=spoilt, unsigned=unsigned)
    secrets = () if unsigned else signing.known(env, record, endpoint=None, given=env.secrets(secret))
    if not secrets and (spoilt or (question and question.proof)):
        signing.required(env, record.name, given=())
    params = signing.params(env, record, given=signing.pairs(param))
    if secrets or params:
        record = providers.bind(record, params)
    random, started = Random(seed), now()
    hand = drafts.Hand(
        record, secrets[0] if secrets else None, spoil, parse_time(at, now=started) if at else None, sign_url
    )
    url = outgoing.parse_target(target) if target else running.endpoint(env, record.name)
    to = Target(url, headers=options.headers(header), timeout=options.timeout_of(timeout))
    body = None if data is None else options.data(data)
    edits = tuple(assignment(each) for each in changes or ())
    draft: drafts.Draft
    if question:
        draft = drafts.Question(hand, question, to, random, params)
    elif template:
        draft = drafts.Sampled(hand, template, to, random, edits, body)
    else:
        draft = drafts.Least(hand, event, to, random, edits)
    jobs = (draft.job() for _ in range(count))
    if dry_run:
        progress.show_requests(env, (prepared(job) for job in jobs), as_json=as_json)
        return
    if not (secrets or unsigned) and drafts.to_sign(record, question):
        env.talk(f"Not signed: no secret is known for {record.name}. Sign with --secret SECRET.")
    attempts = _sent(env, jobs, RetryPolicy(retries), allow_remote=allow_remote)
    if question:
        from whcli.cli import asking

        asking.show(env, attempts, question, secrets=secrets, params=params, as_json=as_json)
        return
    taken = progress.show(env, attempts, total=count, as_json=as_json)
    if taken < count:
        raise NotDelivered(f"{count - taken} of {count} events did not get a 2xx")


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
