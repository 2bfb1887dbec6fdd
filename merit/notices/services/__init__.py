"""What can be done with notices and mails: one module per task."""
