"""`python -m kg2corpus` is the command `kg2corpus`."""

from .cli import main

if __name__ == "__main__":
    main()
