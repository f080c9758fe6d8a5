"""`python -m whcli`."""

from whcli.cli import main

main()
