"""The command line: parse, call, print. Every word comes from the catalogue."""

from keruen.cli.main import main

__all__ = ["main"]
