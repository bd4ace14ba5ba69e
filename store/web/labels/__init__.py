"""Labels drawn: sheets of paper as PDF, panels of electronic labels as pixels."""
