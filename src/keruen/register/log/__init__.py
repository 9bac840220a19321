"""The log of a side: chain, order, keys and signing."""
