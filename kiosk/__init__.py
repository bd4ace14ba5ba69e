"""What customers touch."""
