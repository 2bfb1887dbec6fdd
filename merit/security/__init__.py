"""Who may do what: pure rules, keys and sessions."""
