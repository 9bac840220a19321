"""Runs on disk: their folder, tables, provenance, saved states and kept weeks."""
