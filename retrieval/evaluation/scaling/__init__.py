"""What building, opening and asking cost, from ten thousand passages to a million."""
