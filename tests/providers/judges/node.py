"""Libraries from npm, asked through one Node process; what they do is in npm/judge.mjs."""

from __future__ import annotations

import atexit
import json
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

from judges.case import Case, Judge, moving, swapping
from whcli.http import Request

ROOT = Path(__file__).parents[3]
PRESENT = bool(shutil.which("node") and shutil.which("npm"))


@cache
def process() -> subprocess.Popen[str]:
    """Node with the libraries, which are installed outside the tree first; one for as long as we run."""
    folder = subprocess.run([ROOT / "scripts/judges"], check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
    command = ["node", "judge.mjs"]
    made = subprocess.Popen(command, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
    atexit.register(made.communicate)
    return made


def ask(judge: str, task: str, **told: object) -> object:
    """What the judge says; an error of its own is an error here."""
    pipes = process()
    assert pipes.stdin is not None
    assert pipes.stdout is not None
    print(json.dumps({"judge": judge, "task": task, **told}), file=pipes.stdin)
    line = pipes.stdout.readline()
    assert line, "Node ended"
    answer = json.loads(line)
    assert "error" not in answer, answer["error"]
    return answer.get("said")


def of(case: Case) -> dict[str, object]:
    return {
        "method": case.request.method,
        "url": case.url,
        "headers": case.headers,
        "body": case.text,
        "secret": case.secret,
        "now": int(case.milliseconds),
    }


def judge(provider: str, package: str, *, makes: bool = False, **more: Any) -> Judge:
    """One of npm/judge.mjs; the rest is said as of any other judge."""

    def accepts(case: Case) -> bool:
        said = ask(provider, "accepts", **of(case))
        assert isinstance(said, bool)
        return said

    def made(case: Case) -> Request:
        said = ask(provider, "makes", **of(case))
        assert isinstance(said, dict)
        return case.bearing(said)

    def ready() -> object:
        return ask(provider, "load")

    return Judge(provider, package, accepts, made if makes else None, ready=ready, **more)


JUDGES = (
    judge("contentful", "@contentful/node-apps-toolkit", makes=True, timed=True),
    judge("contentful", "@contentful/node-apps-toolkit", makes=True, timed=True, twin=moving("a=1", "a=2")),
    judge("discord", "discord-interactions"),
    judge("github", "@octokit/webhooks-methods", makes=True),
    judge("hygraph", "@hygraph/utils", makes=True),
    judge("line", "@line/bot-sdk"),
    judge("linear", "@linear/sdk", odd=False, timed=True),
    judge("liveblocks", "@liveblocks/node", odd=False, timed=True),
    judge("mux", "@mux/mux-node", timed=True),
    judge("onfido", "@onfido/api", odd=False),
    judge("paddle-billing", "@paddle/paddle-node-sdk", timed=True),
    judge("sanity", "@sanity/webhook", makes=True),
    judge("shopify", "@shopify/shopify-api"),
    judge("shopify", "@shopify/shopify-api", vector=1),
    judge("svix", "svix", makes=True, timed=True),
    judge("webflow", "webflow-api"),
    judge("workos", "@workos-inc/node", makes=True, odd=False, timed=True, twin=swapping("user_01", "user_02")),
)
