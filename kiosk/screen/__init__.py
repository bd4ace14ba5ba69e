"""The touchscreen on the floor."""
