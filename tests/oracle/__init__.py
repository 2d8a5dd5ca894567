"""The brute-force judge: tiny instances solved by trying every discrete plan, from docs/conventions.md alone."""
