"""How good the matching is, on collections where the right answers are known."""
