"""The pages: each a function from what is asked to what is shown. No HTML and no HTTP in here."""
