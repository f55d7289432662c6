"""ShengBTE, almaBTE and OpenBTE: files written from known modes, read back."""

import json
import pickle

import h5py
import mode_files
import numpy as np
import pytest

from bte.errors import BteWarning, MaterialError
from bte.materials import Material
from bte.materials.importers import read_almabte, read_openbte, read_shengbte
from bte.materials.importers.structure import read_namelist, read_structure


@pytest.fixture(scope="module")
def si():
    return mode_files.Silicon()


def assert_known(table, si, digits=1e-6):
    """Check conductivity, heat capacity and number of modes."""
    kappa = si.conductivity()
    if table.isotropic:
        kappa = np.eye(3) * np.trace(kappa) / 3
    assert table.conductivity() == pytest.approx(kappa, rel=digits, abs=digits * kappa[0, 0])
    assert table.total_heat_capacity() == pytest.approx(si.total(), rel=digits)
    assert table.weight.sum() == pytest.approx(6 * si.points - 3)
    assert table.temperature == 300.0


@pytest.mark.parametrize("two_column", [True, False])
@pytest.mark.parametrize("combined", [True, False])
def test_shengbte_without_symmetry(tmp_path, si, two_column, combined):
    folder = mode_files.write_shengbte(
        tmp_path / "run", si, two_column=two_column, combined=combined
    )
    (table,) = read_shengbte(folder)
    assert table.isotropic
    assert_known(table, si)
    assert table.full_conductivity == pytest.approx(1.1 * table.given_conductivity)
    assert "directions averaged" in table.summary()


def test_shengbte_with_all_points(tmp_path, si):
    (table,) = read_shengbte(mode_files.write_shengbte(tmp_path / "run", si, full=True))
    assert not table.isotropic
    assert len(table) == 6 * 1331 - 3
    assert_known(table, si)
    low = np.argmin(table.frequency)
    assert table.frequency[low] == pytest.approx(np.sort(si.omega.ravel())[3])


def test_shengbte_expanded_by_its_control_file(tmp_path, si):
    (table,) = read_shengbte(mode_files.write_shengbte(tmp_path / "run", si, control=True))
    assert not table.isotropic
    assert "56 irreducible points expanded by 48 rotations of CONTROL" in table.summary()
    kappa = np.trace(si.conductivity()) / 3
    found = table.conductivity()
    assert found == pytest.approx(np.eye(3) * kappa, rel=1e-6, abs=1e-6 * kappa)
    assert table.total_heat_capacity() == pytest.approx(si.total(), rel=1e-6)
    assert np.linalg.det(table.lattice) == pytest.approx(si.structure.volume, rel=1e-9)


def test_shengbte_material(tmp_path, si):
    folder = mode_files.write_shengbte(tmp_path / "Si run", si, control=True)
    made = Material.from_shengbte(folder, density=2329.0)
    assert made.name == "Si run"
    assert made.conductivity(300.0) == pytest.approx(np.trace(si.conductivity()) / 3, rel=1e-6)
    assert made.sources["modes"] == "ShengBTE Si run"


def test_shengbte_of_one_temperature_in_its_root(tmp_path, si):
    folder = mode_files.write_shengbte(tmp_path / "run", si, control=True)
    for path in (folder / "T300K").iterdir():
        path.rename(folder / path.name)
    (folder / "T300K").rmdir()
    assert read_shengbte(folder)[0].temperature == 300.0
    (folder / "CONTROL").unlink()
    with pytest.raises(MaterialError, match=r"neither folders T300K .* the temperature"):
        read_shengbte(folder)


def test_shengbte_errors(tmp_path, si):
    with pytest.raises(MaterialError, match="is not a folder"):
        read_shengbte(tmp_path / "none")
    folder = mode_files.write_shengbte(tmp_path / "run", si)
    with pytest.raises(MaterialError, match=r"cell of 41\.72"):
        read_shengbte(folder, mode_files.DATA / "phono3py-AlN.yaml")
    rates = (folder / "T300K" / "BTE.w").read_text().splitlines()
    (folder / "T300K" / "BTE.w").write_text("\n".join(rates[:-5]))
    with pytest.raises(MaterialError, match=r"331 rows; 56 points and 6 branches need 336"):
        read_shengbte(folder)
    (folder / "T300K" / "BTE.w").write_text("\n".join(rates).replace(rates[70], "0.1 0.0"))
    with pytest.raises(MaterialError, match=r"1 of 336 modes beyond Gamma .*1 zero"):
        read_shengbte(folder)
    with pytest.warns(BteWarning, match="modes were dropped"):
        assert len(read_shengbte(folder, drop_invalid=True)[0]) == 332
    (folder / "BTE.v").unlink()
    with pytest.raises(MaterialError, match=r"BTE\.v' is missing"):
        read_shengbte(folder)


def test_a_namelist_is_read_with_repeats_and_comments():
    values = read_namelist(mode_files.CONTROL.format(n=11))
    assert values["types"] == ["1", "1"]
    assert values["ngrid"] == ["11", "11", "11"]
    assert values["positions"] == ["0.00"] * 3 + ["0.25"] * 3
    assert values["lattvec"][3:6] == ["1.0", "0.0", "1.0"]
    assert values["elements"] == ['"Si"']


@pytest.mark.parametrize("cartesian", [True, False])
def test_poscar_with_and_without_names_and_selective_dynamics(tmp_path, cartesian):
    lattice = np.array([[3.0, 0, 0], [-1.5, 2.6, 0], [0, 0, 5.0]])
    atoms = np.array([[0, 0, 0], [1 / 3, 2 / 3, 0.4], [0.25, 0.5, 0.75]])
    shown = atoms @ lattice if cartesian else atoms
    head = "\n".join(" ".join(map(str, row)) for row in lattice)
    rows = "\n".join(" ".join(f"{x:.15f}" for x in row) + " T T F" for row in shown)
    kind = "Cartesian" if cartesian else "Direct"
    path = tmp_path / "POSCAR"
    path.write_text(f"x\n2.0\n{head}\n1 2\nSelective dynamics\n{kind}\n{rows}\n")
    found = read_structure(path)
    assert found.lattice == pytest.approx(lattice * 2e-10)
    assert found.positions == pytest.approx(atoms, abs=1e-12)
    assert found.kinds == (1, 2, 2)
    path.write_text(f"x\n{-8 * np.linalg.det(lattice)}\n{head}\nA B\n1 2\n{kind}\n{rows}\n")
    assert read_structure(path).lattice == pytest.approx(lattice * 2e-10)


@pytest.mark.parametrize(("digits", "close"), [(12, 1e-6), (6, 1e-5)])
def test_almabte(tmp_path, si, digits, close):
    path = mode_files.write_almabte(tmp_path / "Si_11_11_11_300K.phononinfo", si, digits)
    (table,) = read_almabte(path)
    assert_known(table, si, close)
    assert not table.isotropic
    assert len(set(table.branch.tolist())) == 6
    made = Material.from_almabte(path, name="Si")
    assert made.conductivity(300.0) == pytest.approx(np.trace(si.conductivity()) / 3, rel=close)


def test_almabte_of_several_temperatures(tmp_path, si):
    paths = [tmp_path / f"Si_11_11_11_{t}K.phononinfo" for t in (300, 400)]
    for path in paths:
        mode_files.write_almabte(path, si)
    made = Material.from_almabte(paths)
    assert made.conductivity(350.0) > made.conductivity(300.0)
    assert made.name == "Si_11_11_11_300K"


def test_almabte_errors(tmp_path, si):
    path = mode_files.write_almabte(tmp_path / "phonons.csv", si)
    with pytest.raises(MaterialError, match="does not tell its temperature"):
        read_almabte(path)
    assert read_almabte(path, 300.0)[0].temperature == 300.0
    path.write_text(path.read_text()[:-20])
    with pytest.raises(MaterialError, match="truncated"):
        read_almabte(path, 300.0)
    path.write_text("a,b\n1,2\n")
    with pytest.raises(MaterialError, match=r"not a table of almaBTE.*'omega\[rad/s\]'"):
        read_almabte(path, 300.0)
    with pytest.raises(MaterialError, match="there is no file"):
        read_almabte(tmp_path / "none", 300.0)


def openbte_file(path, arrays):
    if path.suffix == ".npz":
        np.savez_compressed(path, **arrays)
    elif path.suffix == ".json":
        path.write_text(json.dumps({key: value.tolist() for key, value in arrays.items()}))
    else:
        with h5py.File(path, "w") as file:
            for key, value in arrays.items():
                file[key] = value
    return path


@pytest.mark.parametrize("suffix", [".npz", ".h5", ".json"])
def test_openbte(tmp_path, si, suffix):
    path = openbte_file(tmp_path / f"rta{suffix}", mode_files.openbte_arrays(si))
    (table,) = read_openbte(path, 300.0)
    assert_known(table, si)
    assert table.given_conductivity == pytest.approx(si.conductivity())
    made = Material.from_openbte(path, 300.0)
    assert made.name == "rta"
    assert made.has_frequencies


def test_openbte_without_frequencies_is_a_material_without_frequencies(tmp_path, si):
    arrays = mode_files.openbte_arrays(si)
    kept = arrays["scattering_time"] > 0
    few = {key: arrays[key][kept] for key in ("scattering_time", "heat_capacity", "group_velocity")}
    made = Material.from_openbte(openbte_file(tmp_path / "rta.npz", few), 300.0)
    assert not made.has_frequencies
    groups = made.bands(None, 300.0)
    assert groups.conductivity == pytest.approx(np.trace(si.conductivity()) / 3, rel=1e-6)
    assert groups.heat_capacity.sum() + groups.optical == pytest.approx(si.total(), rel=1e-6)
    assert 20 <= len(groups.band) == made.model.fixed_groups <= 40


class Trap:
    """A pickle that runs code."""

    def __reduce__(self):
        return (exec, ("raise SystemError('code of the file was run')",))


def test_openbte_errors(tmp_path, si):
    arrays = mode_files.openbte_arrays(si)
    path = openbte_file(tmp_path / "rta.npz", arrays)
    with pytest.raises(MaterialError, match="does not tell its temperature"):
        read_openbte(path)
    assert read_openbte(openbte_file(path, {**arrays, "temperature": np.array(300.0)}))
    with pytest.raises(MaterialError, match="'scattering_time', 'heat_capacity'"):
        read_openbte(openbte_file(path, {"x": np.ones(3)}), 300.0)
    short = {**arrays, "heat_capacity": np.ones(3)}
    with pytest.raises(MaterialError, match=r"heat_capacity of shape \(3,\); 7986"):
        read_openbte(openbte_file(path, short), 300.0)
    wrong = {**arrays, "thermal_conductivity": 2 * arrays["thermal_conductivity"]}
    with pytest.raises(MaterialError, match=r"differs .* by 0\.5 of it"):
        read_openbte(openbte_file(path, wrong), 300.0)
    with pytest.raises(MaterialError, match="pickled objects"):
        read_openbte(tmp_path / "rta.db", 300.0)
    np.savez(path, scattering_time=np.array([Trap()], dtype=object))
    with pytest.raises(MaterialError, match="pickled objects"):
        read_openbte(path, 300.0)
    path.write_bytes(pickle.dumps(arrays))
    with pytest.raises(MaterialError, match="cannot be read"):
        read_openbte(path, 300.0)
    negative = arrays["scattering_time"].copy()
    negative[100] *= -1
    with pytest.raises(MaterialError, match=r"1 of 7986 .*1 negative"):
        read_openbte(openbte_file(path, {**arrays, "scattering_time": negative}), 300.0)
