"""What one gradient of a two-layer network tells of the batch (wang2023): client, moments, feature map, inversion."""
