"""Phonon Boltzmann transport on meshes, beside Fourier's law with Kapitza resistances."""
