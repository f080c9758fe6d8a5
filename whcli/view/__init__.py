"""What a terminal shows: finished values in, safe lines of text out."""
