"""Doors of applications: the company's, the manager's, and the one to the files."""
