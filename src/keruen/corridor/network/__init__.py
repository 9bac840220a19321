"""The network as it lies: ways along the rails, borders, disruptions, lines of a planned week."""
