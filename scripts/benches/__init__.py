"""Benchmarks of whcli as its users run it: the installed program, in processes, beside what it is compared with.

Machines differ and are busy, so what counts is ratios: both sides in the same run, turn by turn, the median of the
pairs. Nothing here decides whether a test passes.
"""
