"""A register's folder on disk."""
