"""Terminals that were built, in the twin, with one set of parameters for all."""
