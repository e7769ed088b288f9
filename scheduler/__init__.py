"""What is owed, when, and whose turn it is."""
