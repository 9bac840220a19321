"""The railway outside the dry port as it runs, and what is measured of it."""
