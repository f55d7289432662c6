"""kappa-*.hdf5 of phono3py: what is read and expanded."""

from pathlib import Path

import h5py
import mode_files
import numpy as np
import pytest
from mode_files import changed, put

from bte.errors import MaterialError
from bte.materials import Material
from bte.materials.equilibrium import mode_heat_capacity
from bte.materials.importers import read_phono3py
from bte.materials.importers.star import expand, star_sizes
from bte.materials.importers.structure import read_structure
from bte.materials.mode_checks import deviation

DATA = Path(__file__).resolve().parents[1] / "data"
SI, ALN = DATA / "kappa-Si-m111111.hdf5", DATA / "kappa-AlN-m111107.hdf5"
WHOLE = DATA / "kappa-Si-m555-fullzone.hdf5"
SI_CELL, ALN_CELL = DATA / "phono3py-Si.yaml", DATA / "phono3py-AlN.yaml"
CASES = [(SI, None), (SI, SI_CELL), (ALN, None), (ALN, ALN_CELL), (WHOLE, None), (WHOLE, SI_CELL)]

# xx of the conductivity at 300 K [W/m/K] and the heat capacity [J/m3/K], from phono3py's output
KNOWN = {SI: (102.230617, 1.650e6), ALN: (239.083, 2.430e6), WHOLE: (66.29315, 1.643e6)}


def at(tables, temperature):
    return next(t for t in tables if t.temperature == temperature)


@pytest.mark.parametrize(("path", "structure"), CASES)
def test_conductivity_and_heat_capacity_are_those_of_the_file(path, structure):
    tables = read_phono3py(path, structure)
    with h5py.File(path) as file:
        kappa, conversion = file["kappa"][:], float(file["kappa_unit_conversion"][()])
        weight = file["weight"][:]
        # C = sum weight c e/(N V), e/V = 2 pi 1e8 conversion
        capacity = np.einsum("tqb,q->t", file["heat_capacity"][:], weight) / weight.sum()
        capacity *= 2e8 * np.pi * conversion
    assert len(tables) == len(kappa)
    for table, tensor, total in zip(tables, kappa, capacity, strict=True):
        found = table.conductivity()
        voigt = found[[0, 1, 2, 1, 0, 0], [0, 1, 2, 2, 2, 1]]
        assert voigt == pytest.approx(tensor, rel=1e-9, abs=1e-9 * tensor.max())
        assert table.total_heat_capacity() == pytest.approx(total, rel=1e-12)
    kappa_300, capacity_300 = KNOWN[path]
    assert at(tables, 300.0).conductivity()[0, 0] == pytest.approx(kappa_300, rel=1e-6)
    assert at(tables, 300.0).total_heat_capacity() == pytest.approx(capacity_300, rel=1e-3)


@pytest.mark.parametrize(
    ("path", "structure", "points", "branches"),
    [(SI, SI_CELL, 1331, 6), (SI, None, 1331, 6), (ALN, ALN_CELL, 847, 12), (WHOLE, None, 125, 6)],
)
def test_all_modes_but_three_are_there(path, structure, points, branches):
    table = read_phono3py(path, structure)[0]
    assert table.weight.sum() == pytest.approx(points * branches - 3, rel=1e-12)
    assert set(table.branch.tolist()) == set(range(branches))
    assert table.isotropic == (structure is None and path != WHOLE)
    assert len(table.notes) == 2
    assert table.mean_free_path.min() >= 0


@pytest.mark.parametrize(("path", "structure"), [(SI, SI_CELL), (ALN, ALN_CELL)])
def test_heat_capacity_is_that_of_the_modes_in_the_volume_of_the_lattice(path, structure):
    table = at(read_phono3py(path, structure), 300.0)
    cell = np.linalg.det(table.lattice)
    each = mode_heat_capacity(table.frequency, 300.0)
    count = (table.weight.sum() + 3) / (len(set(table.branch)))
    # phono3py's k_B and hbar are older ones: 1e-6
    assert table.total_heat_capacity() * cell == pytest.approx(
        np.sum(each * table.weight) / count, rel=3e-6
    )


@pytest.mark.parametrize(("path", "structure"), [(SI, SI_CELL), (ALN, ALN_CELL)])
def test_the_volume_is_known_to_the_digits_of_the_file(path, structure):
    """These files hold the e of 1986; the present one would be 4.3e-7 off."""
    with h5py.File(path) as file:
        found = 1.60217733e-19 * 1e22 / (2 * np.pi) / float(file["kappa_unit_conversion"][()])
    assert read_structure(structure).volume * 1e30 == pytest.approx(found, rel=1e-9)
    lattice = read_phono3py(path, structure)[0].lattice
    assert abs(np.linalg.det(lattice)) * 1e30 == pytest.approx(found, rel=1e-9)


def test_tau_has_three_phonons_isotopes_and_the_boundary():
    with h5py.File(SI) as file:
        gamma = file["gamma"][1, 1, 0] + file["gamma_isotope"][1, 0]
        speed = np.linalg.norm(file["group_velocity"][1, 0]) * 100
        rate = 4e12 * np.pi * gamma + speed / (float(file["boundary_mfp"][()]) * 1e-6)
        omega = 2e12 * np.pi * file["frequency"][1, 0]
    table = read_phono3py(SI)[1]
    row = np.argmin(np.abs(table.frequency - omega))
    assert 1.0 / table.lifetime[row] == pytest.approx(rate, rel=1e-12)


def test_a_boundary_shortens_all_paths(tmp_path):
    def shorten(file):
        put(file, "boundary_mfp", 0.1)
        del file["kappa"]

    short = read_phono3py(changed(tmp_path, SI, shorten), SI_CELL)[1]
    assert short.mean_free_path.max() < 1e-7
    rate = 1.0 / short.lifetime - short.speed / 1e-7
    assert 1.0 / rate == pytest.approx(read_phono3py(SI, SI_CELL)[1].lifetime, rel=1e-4)


def test_an_expanded_cubic_crystal_is_isotropic_and_a_hexagonal_one_is_not():
    cubic = read_phono3py(SI, SI_CELL)[1].conductivity()
    assert cubic == pytest.approx(np.eye(3) * cubic[0, 0], abs=1e-10 * cubic[0, 0])
    hexagonal = read_phono3py(ALN, ALN_CELL)[0].conductivity()
    assert hexagonal[2, 2] / hexagonal[0, 0] == pytest.approx(223.443 / 239.083, rel=1e-5)
    assert hexagonal[1, 1] == pytest.approx(hexagonal[0, 0], rel=1e-9)


def test_time_reversal_leaves_no_flux_in_equilibrium():
    for path, cell in ((SI, SI_CELL), (ALN, ALN_CELL)):
        table = read_phono3py(path, cell)[0]
        flux = table.heat_capacity @ table.velocity
        # The rotations are as exact as the digits of the lattice.
        assert np.abs(flux).max() < 1e-9 * np.sum(table.heat_capacity * table.speed)


def test_the_star_of_a_point_holds_the_velocities_of_the_whole_zone():
    structure = read_structure(SI_CELL)
    rotations = structure.rotations()
    assert len(rotations) == 48
    with h5py.File(WHOLE) as file:
        q, v, f = (file[key][:] for key in ("qpoint", "group_velocity", "frequency"))
    assert star_sizes(q, structure.lattice, rotations, 5).sum() > 125
    seen = 0
    for i in range(1, 125):
        gaps = np.diff(f[i], prepend=-1, append=99)
        for b in np.flatnonzero((gaps[:-1] > 1e-3) & (gaps[1:] > 1e-3)):
            star = expand(v[i, b][None], rotations)
            same = np.abs(f[:, b] - f[i, b]) < 1e-6
            there = v[same, b]
            # Derivatives are taken numerically: 1e-3 of the largest velocity, 80 THz A.
            far = np.linalg.norm(there[:, None] - star.velocity, axis=2).min(axis=1)
            assert far.max() < 0.08
            seen += len(there)
    assert seen > 1000


def test_an_irreducible_part_of_the_whole_zone_expands_to_its_symmetrised_conductivity(tmp_path):
    structure = read_structure(SI_CELL)
    rotations = structure.rotations()
    with h5py.File(WHOLE) as file:
        q, kappa = file["qpoint"][:], file["kappa"][0, :3].mean()
    whole = np.rint(structure.lattice @ rotations @ np.linalg.inv(structure.lattice))
    images = np.rint(np.einsum("aij,nj->nai", whole, np.rint(q * 5))).astype(int) % 5
    code = (images @ [25, 5, 1]).min(axis=1)
    _, first = np.unique(code, return_index=True)
    sizes = star_sizes(q, structure.lattice, rotations, 5)
    assert sizes[first].sum() == 125

    def reduce(file):
        for key in ("qpoint", "frequency", "group_velocity"):
            put(file, key, file[key][:][first])
        for key in ("gamma", "heat_capacity"):
            put(file, key, file[key][:][:, first])
        put(file, "weight", sizes[first])
        del file["kappa"]

    table = read_phono3py(changed(tmp_path, WHOLE, reduce), SI_CELL)[0]
    found = table.conductivity()
    assert found == pytest.approx(np.eye(3) * found[0, 0], abs=1e-10 * found[0, 0])
    # The velocities of degenerate modes differ between points of a star without symmetrisation.
    assert found[0, 0] == pytest.approx(kappa, rel=0.02)
    assert table.weight.sum() == pytest.approx(747)


def test_a_poscar_of_the_conventional_cell_does_as_well(tmp_path):
    path = tmp_path / "POSCAR"
    path.write_text(mode_files.POSCAR)
    given, known = read_phono3py(SI, path)[1], read_phono3py(SI, SI_CELL)[1]
    assert given.conductivity() == pytest.approx(known.conductivity(), rel=1e-12, abs=1e-9)
    assert len(given) == len(known)


def test_wave_numbers_of_acoustic_modes_follow_their_speed():
    table = read_phono3py(SI, SI_CELL)[1]
    with h5py.File(SI) as file:
        omega = 2e12 * np.pi * file["frequency"][1, :3]
    row = [np.argmin(np.abs(table.frequency - w)) for w in omega]
    # the first point along b1, |b1|/11
    assert table.wavenumber[row] == pytest.approx(2 * np.pi * 0.31876905e10 / 11, rel=1e-6)
    sound = omega / table.wavenumber[row]
    assert table.speed[row] == pytest.approx(sound, rel=0.1)


def test_direct_solutions_are_reported_beside_the_relaxation_times(tmp_path):
    def direct(file):
        kappa = file["kappa"][:]
        file["kappa_RTA"] = kappa
        put(file, "kappa", 1.2 * kappa)

    table = at(read_phono3py(changed(tmp_path, SI, direct), SI_CELL), 300.0)
    assert table.conductivity()[0, 0] == pytest.approx(102.230617, rel=1e-6)
    assert table.full_conductivity[0, 0] == pytest.approx(1.2 * 102.230617, rel=1e-6)
    assert "beyond RTA     xx 122.677" in table.summary()


def test_without_squares_of_velocities_directions_are_averaged(tmp_path):
    table = read_phono3py(changed(tmp_path, ALN, lambda file: file.pop("gv_by_gv")))[0]
    mean = (2 * 239.083 + 223.443) / 3
    assert table.conductivity() == pytest.approx(np.eye(3) * mean, rel=1e-5)


def test_the_summary_says_what_was_read():
    text = str(at(read_phono3py(SI, SI_CELL, name="Si"), 300.0))
    for part in (
        "Si at 300 K, phono3py kappa-Si-m111111.hdf5",
        "7983 modes in 6 branches, with directions",
        "… 15.27 THz",
        "conductivity   xx 102.231, yy 102.231, zz 102.231 W/m/K",
        "56 irreducible points expanded by 48 rotations",
        "3 acoustic modes at Gamma dropped",
    ):
        assert part in text
    assert "speeds only" in str(read_phono3py(SI)[0])


def test_material_of_one_temperature():
    si = Material.from_phono3py(SI, 310.0, SI_CELL, name="Si")
    assert si.conductivity(310.0) == pytest.approx(read_phono3py(SI)[2].conductivity()[0, 0])
    with pytest.raises(MaterialError, match="modes at 310 K only, not at 300 K"):
        si.conductivity(300.0)
    with pytest.raises(MaterialError, match="modes at 100 to 500 K, not at 50 K"):
        Material.from_phono3py(SI, 50.0)
    assert deviation(si.modes(310.0).conductivity(), np.eye(3) * si.conductivity(310.0)) < 1e-10
