"""The application as a WSGI server wants it."""

from merit.app import create_app

app = create_app()
