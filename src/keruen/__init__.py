"""Keruen."""
