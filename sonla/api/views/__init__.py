"""One class per address; each reads a question, asks a query or an action, and shows the answer."""
