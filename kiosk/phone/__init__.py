"""The customer's own phone."""
