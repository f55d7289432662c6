"""Heat diffusion on the nodes of the transport solver: the comparison and the accelerator."""
