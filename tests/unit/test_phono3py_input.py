"""kappa-*.hdf5 of phono3py that are wrong, truncated, foreign, or do not fit their structure."""

import h5py
import numpy as np
import pytest
from mode_files import DATA, POSCAR, changed, put

from bte.errors import BteWarning, MaterialError
from bte.materials.importers import read_phono3py

SI, WHOLE = DATA / "kappa-Si-m111111.hdf5", DATA / "kappa-Si-m555-fullzone.hdf5"
ALN_CELL = DATA / "phono3py-AlN.yaml"


def test_a_wrong_structure_is_refused(tmp_path):
    with pytest.raises(MaterialError, match=r"cell of 41\.72.* A3.*40\.10"):
        read_phono3py(SI, ALN_CELL)
    distorted = tmp_path / "POSCAR"
    distorted.write_text(
        POSCAR.replace("5.43356003", "1.0")
        .replace("1 0 0", "5.5 0 0")
        .replace("0 1 0", "0 5.5 0")
        .replace("0 0 1", f"0 0 {5.43356003**3 / 5.5**2}")
    )
    with pytest.raises(MaterialError, match="other stars"):
        read_phono3py(SI, distorted)
    text = tmp_path / "notes.txt"
    text.write_text("nothing\n")
    with pytest.raises(MaterialError, match="holds no cell"):
        read_phono3py(SI, text)
    with pytest.raises(MaterialError, match="cannot be read"):
        read_phono3py(SI, tmp_path / "missing.yaml")


def test_truncated_and_foreign_files_are_told(tmp_path):
    short = tmp_path / "short.hdf5"
    short.write_bytes(SI.read_bytes()[:30000])
    with pytest.raises(MaterialError, match="truncated"):
        read_phono3py(short)
    text = tmp_path / "text.hdf5"
    text.write_text("a, b\n")
    with pytest.raises(MaterialError, match="of another kind"):
        read_phono3py(text)
    foreign = tmp_path / "foreign.hdf5"
    with h5py.File(foreign, "w") as file:
        file["x"] = [1.0]
    with pytest.raises(MaterialError, match=r"not a kappa-.*'temperature', 'mesh'"):
        read_phono3py(foreign)
    with pytest.raises(MaterialError, match=r"there is no file '.*missing.hdf5'"):
        read_phono3py(tmp_path / "missing.hdf5")
    wrong = changed(tmp_path, SI, lambda file: put(file, "gamma", file["gamma"][:, :-1]))
    with pytest.raises(MaterialError, match=r"gamma of shape \(5, 55, 6\)"):
        read_phono3py(wrong)
    part = changed(tmp_path, SI, lambda file: put(file, "weight", file["weight"][:] // 2))
    with pytest.raises(MaterialError, match=r"weights that sum to .* a mesh of 1331 points"):
        read_phono3py(part)


def spoil(file):
    gamma = file["gamma"][:]
    gamma[:, 5, 0] = -1.0
    gamma[1, 7, 2] = np.nan
    put(file, "gamma", gamma)


def test_invalid_lifetimes_are_counted_and_dropped_with_consent(tmp_path):
    path = changed(tmp_path, SI, spoil)
    with pytest.raises(MaterialError, match=r"2 of 336 .*1 negative, 1 not finite.* % of the heat"):
        read_phono3py(path)
    with pytest.warns(
        BteWarning, match=r"at 500 K differs .* by 0\.031 of it .*modes were dropped"
    ):
        tables = read_phono3py(path, drop_invalid=True)
    assert len(tables[0]) == 331
    assert any("2 of 336 modes beyond Gamma" in note for note in tables[0].notes)


def test_zero_rates_at_gamma_alone_are_no_error(tmp_path):
    def still(file):
        gamma = file["gamma"][:]
        gamma[:, 0, :3] = 0.0
        put(file, "gamma", gamma)

    assert len(read_phono3py(changed(tmp_path, SI, still))[0]) == 333

    def freeze(file):
        put(file, "gamma", np.zeros_like(file["gamma"]))
        put(file, "gamma_isotope", np.zeros_like(file["gamma_isotope"]))
        del file["boundary_mfp"]

    with pytest.raises(MaterialError, match=r"333 of 336 modes beyond Gamma.*333 zero"):
        read_phono3py(changed(tmp_path, SI, freeze))


def test_a_conductivity_that_does_not_follow_from_the_modes_is_told(tmp_path):
    path = changed(tmp_path, SI, lambda file: put(file, "kappa", file["kappa"][:] * 1.001))
    with pytest.warns(BteWarning, match=r"differs from the conductivity in the file by 0\.001"):
        read_phono3py(path)
    path = changed(tmp_path, SI, lambda file: put(file, "kappa", file["kappa"][:] * 2.0))
    with pytest.raises(MaterialError, match=r"by 0\.5 of it"):
        read_phono3py(path)


def test_absurd_units_are_refused(tmp_path):
    def hertz(file):
        put(file, "group_velocity", file["group_velocity"][:] * 100)
        del file["kappa"]

    with pytest.raises(MaterialError, match=r"speeds up to .* m/s.*check the unit"):
        read_phono3py(changed(tmp_path, WHOLE, hertz))


def test_modes_without_a_rate_of_their_own_are_counted(tmp_path):
    """Isotopes alone give no lifetime."""

    def silence(file):
        gamma = file["gamma"][:]
        gamma[:, 5, 2] = 0.0
        put(file, "gamma", gamma)

    file = changed(tmp_path, SI, silence)
    with pytest.raises(MaterialError, match="drop_invalid=True"):
        read_phono3py(file)
    with pytest.warns(BteWarning):
        kept, whole = read_phono3py(file, drop_invalid=True)[0], read_phono3py(SI)[0]
    assert kept.weight.sum() < whole.weight.sum()
