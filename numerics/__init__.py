"""How the quantities are computed: feature maps, inversion, matching, simulation, the engine."""
