"""One module for each step, in the order of their revisions."""

__all__: list[str] = []
