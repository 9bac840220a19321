"""The package as a user gets it; `scripts/check --package` runs it."""
