"""Django's PostgreSQL, which may be restarting: see `base`."""
