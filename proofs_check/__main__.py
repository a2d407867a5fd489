"""`python -m proofs_check`."""

if __name__ == "__main__":  # worker processes import this file too, and need none of it
    import sys

    from proofs_check.command import main

    sys.exit(main())
