"""whcli that shows no delivery: what the lines of `listen` are measured against."""

from __future__ import annotations

from whcli.actions.capture import Captured
from whcli.cli import main, serving
from whcli.cli.display import Display


class Silent(Display):
    """Hears of deliveries, and keeps them to itself."""

    def captured(self, captured: Captured, *, awaited: int) -> None:
        """Say nothing."""


if __name__ == "__main__":
    serving.Display = Silent  # type: ignore[attr-defined]  # the name that `listen` makes its display by
    main()
