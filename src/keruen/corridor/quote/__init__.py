"""A quote for one box."""
