"""What can be said: entries, their one written form, texts and figures."""
