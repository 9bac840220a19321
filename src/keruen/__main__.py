"""`python -m keruen` is `keruen`."""

from keruen.cli import main

main()
