"""How letters leave: the outbox, its delivery, and the right to be left alone."""
