"""Trains by a timetable, for a scenario without a network."""
