"""What an official sees about themselves."""
