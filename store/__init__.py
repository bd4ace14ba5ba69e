"""What the store knows and does: models, rules and the workers that tell the central system."""
