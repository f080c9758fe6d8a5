"""The running listener: its parts put together, started, and ended in the right order."""

import asyncio
import errno
import gc
import os
import signal
from collections.abc import Callable, Coroutine, Mapping
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, Any, NamedTuple

from whcli import __version__
from whcli.actions.capture import Capture, Captured, Rules
from whcli.actions.door import Door
from whcli.actions.forward import Forwarder
from whcli.actions.gate import Gate
from whcli.actions.keyholder import KeyHolder
from whcli.actions.record import Recorder
from whcli.actions.subscribe import Subscriptions
from whcli.cli import signing
from whcli.cli.display import Display
from whcli.cli.env import Env, now
from whcli.cli.running import DEFAULT_PORT
from whcli.errors import ExitCode, StoreError, UsageError
from whcli.model import Secret, Target
from whcli.net.keys import call
from whcli.net.listener import Limits, Listener
from whcli.store import Announcement, Store
from whcli.store.writer import Answers, Writer, call_all

if TYPE_CHECKING:
    import ssl

    from whcli.actions.expose import Exposure
    from whcli.cli.exposing import Wanted
    from whcli.net.certificate import Identity
    from whcli.ranges import Network

TRIES = 20
"""Ports that are tried where none was asked for."""
CONNECTIONS = 8192
"""Of senders at once, where the system grants as many."""
ONE_SIGNAL = 0.25
"""Seconds within which a signal is still the first: timeout(1) sends one to the process and again to its group."""
HANG_UP = (signal.SIGHUP,) if hasattr(signal, "SIGHUP") else ()
OTHER_FILES = 128
"""Kept for the database, bodies on their way and targets."""
DRAIN_SECONDS = 5.0
"""For what is in flight when the listener ends, and as much again for what is still to be passed on."""


class Plan(NamedTuple):
    """What `listen` was asked to do."""

    host: str
    port: int | None
    """None for the default or the next that is free, 0 for any."""
    public_url: str | None
    tunnel: "Wanted | None"
    provider: str | None
    secrets: tuple[Secret, ...]
    params: Mapping[str, str]
    confirm: bool
    """Call the URL of a subscription that is genuine."""
    offline: bool
    """Fetch no key."""
    observe: bool
    status: int
    max_body: int
    targets: tuple[Target, ...]
    allow_remote: bool
    identity: "Identity | None"
    """For HTTPS."""
    allowed: "tuple[Network, ...]"
    """Who may call; empty for all."""
    as_json: bool


def serve(env: Env, plan: Plan) -> None:
    """Listen until SIGINT or SIGTERM. Raises UsageError for an address that is taken, StoreError."""
    asyncio.run(_serve(env, plan))


async def _serve(env: Env, plan: Plan) -> None:
    loop = asyncio.get_running_loop()
    gc.collect()
    gc.freeze()  # what is loaded by now stays: the collector need not look at it again

    def hand_over(answers: Answers) -> None:
        loop.call_soon_threadsafe(call_all, answers)

    writer = Writer(env.config.db, hand_over=hand_over)
    store = env.writable_store
    display = Display(env, as_json=plan.as_json)
    recorder = Recorder(writer.submit)
    forwarder = Forwarder(
        plan.targets,
        store=partial(Store.to_read, env.config.db),
        sender=partial(env.sender, allow_remote=plan.allow_remote),
        clock=now,
        submit=writer.submit,
        stored=display.attempted,
        tell=env.talk,
    )

    def seen(captured: Captured) -> None:
        display.captured(captured, awaited=forwarder.take(captured) if captured.accepted else 0)

    subscriptions = Subscriptions(confirm=plan.confirm, visit=call, tell=env.talk)
    capture = Capture(
        Rules(env.config.endpoints, plan.provider, plan.secrets, plan.observe, plan.status, plan.params),
        add=recorder.add,
        clock=now,
        seen=seen,
        refused=display.refused,
        health=partial(_health, os.getpid()),
        asked=subscriptions,
        keys=KeyHolder(signing.keys(env, offline=plan.offline)),
    )
    handle = Gate(capture, plan.allowed, refused=display.refused) if plan.allowed else capture
    door = Door(handle)
    listener = Listener(
        door if plan.tunnel else handle,
        display.refused,
        limits=Limits(body=plan.max_body, connections=_allowed_connections()),
        spool=env.config.db.parent,
        public_url=plan.public_url,
    )

    def announce(public_url: str | None) -> None:
        store.announce(Announcement(os.getpid(), listener.url, public_url, now()))

    exposed: Exposure | None = None
    try:
        await _start(listener, plan)
        stopping = _on_signals(loop, at_once=partial(_end_children, env) if plan.tunnel else lambda: None)
        if plan.tunnel:
            from whcli.cli import exposing

            local = await listener.start_inner()
            exposed = exposing.exposure(
                env, plan.tunnel, door=door, listener=listener, local=local, shown=display.tunnel, leads=announce
            )
            await _until(stopping, exposing.opened(env, exposed, who=bool(plan.allowed)))
        else:
            announce(plan.public_url)
        if not stopping.done():
            display.ready(listener, plan, exposed.state if exposed else None)
            await _until(stopping, exposed.run() if exposed else None)
        await listener.stop(DRAIN_SECONDS)
        if exposed:
            await exposed.close()
        left = await _drained(forwarder, writer, subscriptions)
        heard = await asyncio.to_thread(display.end, left)
    finally:
        if exposed:
            await exposed.close()
        try:
            store.withdraw(listener.url)
        except StoreError as error:
            env.talk(error.message)
    if not heard:
        env.close()
        os._exit(ExitCode.OK)  # Python would wait for ever to write what nobody reads


async def _drained(forwarder: Forwarder, writer: Writer, subscriptions: Subscriptions) -> int:
    """End what goes on behind the listener; gives how many deliveries were not passed on."""
    left = await asyncio.to_thread(forwarder.close, DRAIN_SECONDS)
    await asyncio.to_thread(writer.close)
    await asyncio.sleep(0)  # the answers of the last commit
    await asyncio.to_thread(subscriptions.close)
    return left


async def _until(stopping: asyncio.Future[None], work: Coroutine[Any, Any, None] | None) -> None:
    """Do some work, or nothing, until it is done or whcli is to end. Raises what the work raises."""
    if work is None:
        await stopping
        return
    task = asyncio.ensure_future(work)
    await asyncio.wait([task, stopping], return_when=asyncio.FIRST_COMPLETED)
    if not task.done():
        task.cancel()
        await asyncio.wait([task])
    if not task.cancelled():
        task.result()


def _end_children(env: Env) -> None:
    """Before an end without further ado: what holds a tunnel open would go on without us."""
    from whcli.config import own_folder
    from whcli.tunnels import orphans

    orphans.end_ours(own_folder("state", env.environment))


async def _start(listener: Listener, plan: Plan) -> None:
    """Take the port asked for, or the first that is free from the default on."""
    tls = _tls(plan.identity) if plan.identity else None
    ports = range(DEFAULT_PORT, DEFAULT_PORT + TRIES) if plan.port is None else (plan.port,)
    for port in ports:
        try:
            await listener.start(plan.host, port, tls=tls)
        except OSError as error:
            if error.errno == errno.EADDRINUSE and port != ports[-1]:
                continue
            raise _explained(error, plan.host, port) from error
        return


def _tls(identity: "Identity") -> "ssl.SSLContext":
    from whcli.net import certificate

    return certificate.context(identity)


def _explained(error: OSError, host: str, port: int) -> UsageError:
    if error.errno == errno.EADDRINUSE:
        finder = "netstat -ano | findstr" if os.name == "nt" else "lsof -nP -iTCP -sTCP:LISTEN | grep"
        hint = f"see who has it with `{finder} :{port}`, or let whcli choose: leave --port out, or --port 0"
        return UsageError(f"port {port} on {host} is taken", hint=hint)
    if error.errno == errno.EACCES:
        return UsageError(f"port {port} may not be opened", hint="ports below 1024 are for the system: take 8400")
    words = error.strerror if (error.errno or 0) <= 0 else os.strerror(error.errno or 0)  # a name's trouble is negative
    return UsageError(f"{host}:{port} cannot be listened on: {words}", hint="--host 127.0.0.1")


def _on_signals(loop: asyncio.AbstractEventLoop, *, at_once: Callable[[], None]) -> asyncio.Future[None]:
    """Done at the first SIGINT or SIGTERM; the second ends the process, after what is to be done `at_once`.

    A terminal that is closed (SIGHUP) counts as well, unless it was said to be ignored (nohup).
    """
    stopping: asyncio.Future[None] = loop.create_future()
    heard: list[float] = []

    def first() -> None:
        if not stopping.done():
            stopping.set_result(None)

    def handle(*_: Any) -> None:
        heard.append(monotonic())
        if heard[-1] - heard[0] > ONE_SIGNAL:
            at_once()
            os._exit(ExitCode.INTERRUPTED)  # what is committed is on disk; nothing else is worth the wait
        loop.call_soon_threadsafe(first)

    for number in (signal.SIGINT, signal.SIGTERM, *HANG_UP):
        if number not in HANG_UP or signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, handle)
    return stopping


def _health(pid: int) -> Mapping[str, object]:
    return {"version": __version__, "pid": pid}


def _allowed_connections() -> int:
    """How many the system lets us have, after asking it for as many as it grants; some begin with 256 files."""
    try:
        import resource
    except ImportError:
        return CONNECTIONS
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = CONNECTIONS + OTHER_FILES
    granted = wanted if hard == resource.RLIM_INFINITY else min(hard, wanted)
    if soft < granted:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (granted, hard))
            soft = granted
        except (ValueError, OSError):
            pass  # then with those there are
    return max(16, min(CONNECTIONS, soft - OTHER_FILES))
