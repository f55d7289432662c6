"""What happens at boundaries, interfaces and inside: conditions of a problem."""
