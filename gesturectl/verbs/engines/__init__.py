"""Where work is done that is too much for one process: here, in processes of this machine, or on a Ray cluster."""
