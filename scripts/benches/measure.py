"""Figures and what is said about them: medians of paired rounds, held against goals."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple, TypeVar

T = TypeVar("T")


class Goal(NamedTuple):
    """A bound that the median should keep."""

    limit: float
    at_least: bool = False

    def met(self, value: float) -> bool:
        """Whether a value keeps it."""
        return value >= self.limit if self.at_least else value <= self.limit

    def __str__(self) -> str:
        return f"{'>=' if self.at_least else '<='} {self.limit:g}"


class Setting(NamedTuple):
    """What every section is told."""

    rounds: int
    seconds: float
    """For which one side is under load in one round."""
    folder: Path
    """On a real disk; for databases, and what they need."""
    keep: bool
    """Whether the folder outlives the run."""
    rows: int
    peers_python: Path | None
    report: Report


class Report:
    """Prints figures as they come and remembers which goals were missed."""

    def __init__(self) -> None:
        self.missed: list[str] = []
        self._section = ""

    def section(self, title: str) -> None:
        """Begin a section."""
        self._section = title.partition(":")[0]
        print(f"\n{title}", flush=True)

    def figure(self, what: str, values: Sequence[float], *, unit: str = "", goal: Goal | None = None) -> float:
        """One line: the median of some values with their spread, and how the goal fares."""
        middle = median(values)
        spread = f"({_short(min(values))} - {_short(max(values))})" if len(values) > 1 else ""
        verdict = ""
        if goal is not None:
            verdict = f"goal {goal}  {'met' if goal.met(middle) else 'MISSED'}"
            if not goal.met(middle):
                self.missed.append(f"{self._section}: {what.strip()}: {_short(middle)} {unit}, goal {goal}")
        print(f"  {what:<52} {_short(middle):>8} {unit:<8} {spread:<19} {verdict}".rstrip(), flush=True)
        return middle

    def note(self, text: str) -> None:
        """A line that is no figure."""
        print(f"  {text}", flush=True)

    def wrong(self, text: str) -> None:
        """Something that must not happen, whatever the speed: counts as a goal missed."""
        self.missed.append(f"{self._section}: {text}")
        self.note(f"WRONG  {text}")


def in_turns(rounds: int, sides: Mapping[str, Callable[[], T]]) -> dict[str, list[T]]:
    """Each side once a round, in another order every round, so that no side has the quieter half of the time."""
    found: dict[str, list[T]] = {name: [] for name in sides}
    names = list(sides)
    for number in range(rounds):
        for name in names[number % len(names) :] + names[: number % len(names)]:
            found[name].append(sides[name]())
    return found


def ratios(ours: Sequence[float], theirs: Sequence[float]) -> list[float]:
    """The ratio of each pair."""
    return [a / b for a, b in zip(ours, theirs, strict=True) if b]


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which that share of the values lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def _short(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.1f}" if abs(value) >= 100 else f"{value:.3g}"
