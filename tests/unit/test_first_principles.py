"""The library's tables of modes: conductivity, heat capacity, states, why silicon is not 148."""

import numpy as np
import pytest

import bte
from bte.errors import MaterialError
from bte.materials.library import available

# Of the full files: conductivity along a and c, heat capacity at 300 K.
FIRST_PRINCIPLES = {
    "AlN:dft": (239.08277482, 223.44334863, 2429617.7025),
    "MgO:dft": (55.81991856, 55.81991856, 3297114.2600),
    "NaCl:dft": (8.07354785, 8.07354785, 1804770.3688),
    "Si:dft": (117.32853889, 117.32853889, 1651287.7952),
    "ZnTe:dft": (44.94380064, 44.94380064, 1430398.7164),
}


@pytest.mark.parametrize("name", FIRST_PRINCIPLES)
def test_tables_from_first_principles(name):
    assert name in available()
    found = bte.material(name)
    along, across, capacity = FIRST_PRINCIPLES[name]
    tensor = found.modes(300.0).conductivity()
    assert np.diag(tensor) == pytest.approx([along, along, across], rel=1e-6)
    assert found.conductivity(300.0) == pytest.approx((2.0 * along + across) / 3.0, rel=1e-6)
    assert found.heat_capacity(300.0) == pytest.approx(capacity, rel=1e-6)
    assert found.modes(300.0).given_conductivity == pytest.approx(tensor, rel=1e-6, abs=1e-4)
    assert not found.modes(300.0).isotropic
    # Three modes at Gamma are dropped, the rest are three for each atom.
    states = found.density_of_states().states * found.sheet.lattice.cell_volume
    assert states == pytest.approx(3.0 * found.sheet.lattice.atoms, rel=2e-3)
    assert found.density > 0.0
    assert "phono3py 4.10.0" in found.sources["modes"]


def test_silicon_from_first_principles_says_why_it_is_not_148():
    found = bte.material("Si:dft")
    assert found.sheet.calibration.residuals == pytest.approx([117.32854 / 148.0 - 1.0], abs=1e-4)
    assert "supercell of the example is small" in found.describe()
    by_path = found.accumulation(300.0)
    places = [by_path.reaching(share) for share in (0.1, 0.5, 0.9)]
    assert places == pytest.approx([36e-9, 328e-9, 6196e-9], rel=0.02)
    assert found.median_path(300.0) == places[1]
    # Slopes along the first neighbours of the origin, against the measured mean of 5947 m/s.
    assert found.speed_of_sound() == pytest.approx(4993.2, rel=1e-4)
    with pytest.raises(MaterialError, match="100 to 600 K"):
        found.conductivity(700.0)
