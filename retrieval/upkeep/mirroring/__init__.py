"""What is indexed here, on a server: brought there, and compared."""
