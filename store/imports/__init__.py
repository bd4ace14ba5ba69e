"""What a shop already has, taken in from files."""
