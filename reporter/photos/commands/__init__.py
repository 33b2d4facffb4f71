"""Everything that writes pictures: their way in, and what happens to their originals."""
