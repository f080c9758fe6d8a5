"""How a tunnel is opened: in time, or not at all and with nothing left of it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from whcli.tunnels import START_SECONDS

if TYPE_CHECKING:
    from whcli.errors import TunnelError
    from whcli.tunnels import Tunnel, TunnelInfo


async def opened(tunnel: Tunnel, opening: Awaitable[TunnelInfo], *, too_slow: Callable[[], TunnelError]) -> TunnelInfo:
    """Wait for a tunnel to open, START_SECONDS at most; close it where that fails or is given up.

    Raises what the opening raises, and what `too_slow` makes.
    """
    try:
        async with asyncio.timeout(START_SECONDS):
            return await opening
    except TimeoutError as error:
        await tunnel.close()
        raise too_slow() from error
    except BaseException:
        await tunnel.close()
        raise
