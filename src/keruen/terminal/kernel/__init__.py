"""The compiled part of the terminal: a pure function from arrays to arrays."""

from keruen.terminal.kernel.run import begin, run, tell
from keruen.terminal.kernel.state import SIZE_CLASSES

__all__ = ["SIZE_CLASSES", "begin", "run", "tell"]
