"""Reads behind the API's answers: rows with what each is shown with, in a fixed number of queries."""
