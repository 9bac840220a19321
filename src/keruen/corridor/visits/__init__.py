"""Bookings as container visits."""
