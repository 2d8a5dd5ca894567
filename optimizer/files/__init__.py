"""What gigasite writes into folders: whole or not at all, by one process at a time, and never over what is not its own."""
