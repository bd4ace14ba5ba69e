"""A store and a hub on one machine, with sample data and a link between them that can be cut."""
