from __future__ import annotations

import json
from dataclasses import replace

import h5py
import meshio
import numpy as np
import pytest

from bte.errors import BteError
from bte.io import load
from bte.io.atomic import replacing
from bte.io.together import written_together
from bte.solution import BoundaryResult
from fake_solution import CONDUCTANCE, HOT, exact_flux, fake_solution


@pytest.fixture(params=(1, 2, 3))
def solution(request):
    return fake_solution(request.param)


def test_hdf5_gives_everything_back(solution, tmp_path):
    mirror = BoundaryResult("Specular", 1.0, 0.0, np.zeros(2), float("nan"))
    solution = replace(solution, boundaries={**solution.boundaries, "mirror": mirror})
    path = solution.save(tmp_path / "deep" / "out.h5")
    again = load(path)
    for name in ("temperature", "pseudo_temperature", "heat_flux", "band_edges"):
        assert np.array_equal(getattr(again, name), getattr(solution, name))
    for name in ("points", "connectivity", "dg_offsets", "cell_region"):
        assert np.array_equal(getattr(again.mesh, name), getattr(solution.mesh, name))
    assert again.mesh.region_names == solution.mesh.region_names
    assert again.ledger == solution.ledger
    assert again.settings == solution.settings
    assert again.residuals == solution.residuals
    assert np.isnan(again.boundaries["mirror"].temperature)
    assert again.interface("film", "base").energy == solution.interface("film", "base").energy
    points = solution.mesh.centres
    assert np.array_equal(again.at(points), solution.at(points))
    assert again.problem is None


def test_hdf5_without_frequencies(tmp_path):
    path = replace(fake_solution(), band_edges=None).save(tmp_path / "gray.h5")
    assert load(path).band_edges is None


def test_truncated_foreign_and_missing_files(tmp_path):
    path = fake_solution(3).save(tmp_path / "out.h5")
    (tmp_path / "cut.h5").write_bytes(path.read_bytes()[:2000])
    with pytest.raises(BteError, match="truncated or not a saved solution"):
        load(tmp_path / "cut.h5")
    (tmp_path / "text.h5").write_text("hello")
    with pytest.raises(BteError, match="truncated or not a saved solution"):
        load(tmp_path / "text.h5")
    with h5py.File(tmp_path / "other.h5", "w") as file:
        file["x"] = [1.0]
    with pytest.raises(BteError, match="not a solution saved by bte"):
        load(tmp_path / "other.h5")
    with pytest.raises(BteError, match="does not exist"):
        load(tmp_path / "none.h5")


def test_newer_and_incomplete_files(tmp_path):
    path = fake_solution().save(tmp_path / "out.h5")
    with h5py.File(path, "a") as file:
        del file["temperature"]
    with pytest.raises(BteError, match="truncated or not"):
        load(path)
    with h5py.File(path, "a") as file:
        file.attrs["version"] = 99
    with pytest.raises(BteError, match="newer bte"):
        load(path)


def test_vtu_keeps_the_jump(solution, tmp_path):
    data = meshio.read(solution.save(tmp_path / "out.vtu"))
    assert len(data.points) == solution.mesh.n_node
    assert np.array_equal(data.point_data["temperature"], solution.temperature)
    assert data.point_data["heat_flux"].shape == (solution.mesh.n_node, 3)
    assert np.array_equal(data.cell_data["region"][0], solution.mesh.cell_region)
    x = data.points[:, 0]
    at_interface = data.point_data["temperature"][np.abs(x - 50e-9) < 1e-15]
    assert np.ptp(at_interface) == pytest.approx(exact_flux() / CONDUCTANCE)


def test_json_has_every_number(solution, tmp_path):
    numbers = json.loads(solution.save(tmp_path / "out.json").read_text())
    assert numbers["regions"]["film"]["max"] == pytest.approx(HOT)
    assert numbers["boundaries"]["left"]["power"] == solution.power["left"]
    assert sum(numbers["boundaries"]["left"]["power_by_band"]) == pytest.approx(
        solution.power["left"]
    )
    (contact,) = numbers["interfaces"]
    assert contact["conductance"] == pytest.approx(CONDUCTANCE)
    assert len(contact["heat_flux_by_band"]) == 2
    assert abs(contact["temperature_jump"]["energy"]) == pytest.approx(exact_flux() / CONDUCTANCE)
    assert numbers["settings"]["bands"] == 12
    assert numbers["ledger"]["relative"] == 0.0
    assert numbers["resistances"]["total"] == pytest.approx(
        solution.thermal_resistance("left", "right")
    )


def test_json_writes_null_for_nan(tmp_path):
    mirror = BoundaryResult("Specular", 1.0, 0.0, np.zeros(2), float("nan"))
    solution = replace(fake_solution(), boundaries={"mirror": mirror})
    numbers = json.loads(solution.save(tmp_path / "out.json").read_text())
    assert numbers["boundaries"]["mirror"]["temperature"] is None


def test_unknown_ending(tmp_path):
    with pytest.raises(BteError, match=r"'\.vtu', '\.h5', '\.json'"):
        fake_solution().save(tmp_path / "out.dat")


def test_a_failed_write_leaves_the_old_file(tmp_path):
    path = tmp_path / "result.txt"
    path.write_text("old")

    def fail():
        with replacing(path) as temporary:
            temporary.write_text("half")
            raise RuntimeError("stopped")

    with pytest.raises(RuntimeError, match="stopped"):
        fail()
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_place_that_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(BteError, match="cannot be written"):
        fake_solution().save(tmp_path / "file" / "out.json")


def test_a_stop_while_writing_leaves_no_directory(tmp_path):
    def stopped():
        with written_together(tmp_path / "deep" / "out") as staging:
            (staging.path / "a").write_text("half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stopped()
    assert list(tmp_path.iterdir()) == []


def test_an_error_while_writing_names_the_final_place(tmp_path):
    def fails():
        with written_together(tmp_path) as staging:
            raise BteError(f"file '{staging.path / 'a.vtu'}' cannot be written")

    with pytest.raises(BteError, match=f"file '{tmp_path / 'a.vtu'}' cannot"):
        fails()
