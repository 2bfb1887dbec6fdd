"""Users, sign-in, second factor, roles."""
