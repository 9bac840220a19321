"""What is carried between the two sides, and how it is taken in."""
