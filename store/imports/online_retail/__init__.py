"""The UCI Online Retail file, read as it is published."""
