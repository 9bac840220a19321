"""The twin against theory, an independent model and real terminals; `keruen verify` runs it."""
