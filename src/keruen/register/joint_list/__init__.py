"""What two logs say together: consent, lifecycle, commitments, the fold."""
