"""`python -m bot` is `soiviec`."""

from bot.cli import main

main()
