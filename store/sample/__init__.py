"""A small shop with a past, for the demo and the tests; SOURCE.md says what in it is real."""
