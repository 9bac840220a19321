"""The week planned: services, ways and departures."""
