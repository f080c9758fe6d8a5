"""HTTP in and out: the edges that touch sockets."""
