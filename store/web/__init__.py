"""What both sides of the counter share: access, live screens, errors, words and drawing."""
