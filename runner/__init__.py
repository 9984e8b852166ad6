"""The two commands: everything between `./labmatch` and a running product or a tested one.

Nothing of the product imports this package. `install` and `commands` run before anything is
installed and use the standard library only.
"""
