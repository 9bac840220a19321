"""Steps of the private tables from one form to the next; what is derived is made anew instead."""

__all__: list[str] = []
