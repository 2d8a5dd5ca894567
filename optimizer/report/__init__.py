"""What is made of a plan: its folder and its summary; pure functions of Instance and Plan."""
