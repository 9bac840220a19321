"""Benchmarks: every phase on every model, as ratios within one run. No test measures time."""
