"""Transmission tables of acoustic mismatch and of its mixture with the diffuse one."""

import numpy as np
import pytest

import bte
from bte.conditions.acoustics import hemispheric
from bte.conditions.interface import transmission_table
from bte.conditions.kapitza import interface_conductance
from bte.conditions.pair import make_pair
from bte.materials import Branch

GRAY = {"heat_capacity": 1e6, "mean_free_path": 50e-9}


def debye(name, density, speeds, spacing):
    k = (24.0 * np.pi**2) ** (1 / 3) / spacing
    branches = [Branch.debye("LA", speeds[0], k), Branch.debye("TA", speeds[1], k, degeneracy=2)]
    return bte.Material.from_dispersion(
        name,
        branches=branches,
        rates={"type": "constant", "rate": 1e10},
        density=density,
        elastic_speeds=speeds,
    )


SI = debye("Si", 2330.0, (8970.0, 5332.0), 5.431e-10)
GE = debye("Ge", 5320.0, (5370.0, 3280.0), 5.658e-10)


@pytest.fixture(scope="module")
def library():
    return make_pair(bte.material("Si"), bte.material("Ge"), 300.0, bands=8)


MODELS = {
    "AMM": bte.AMM(),
    "AMM(scalar fluid)": bte.AMM("fluid"),
    "AMM(scalar SH)": bte.AMM("SH"),
    "Mixed(0.3)": bte.Mixed(0.3),
    "Mixed(rms 3e-10 m)": bte.Mixed(rms=3e-10),
    "Mixed(function, scalar SH)": bte.Mixed(lambda path, mu: mu**2 + 0 * path, scalar="SH"),
}


@pytest.mark.parametrize("name", MODELS)
def test_detailed_balance(library, name):
    table = transmission_table(MODELS[name], library)
    assert table.name == name
    there, back = table.forward * table.emission[0], table.backward * table.emission[1]
    np.testing.assert_allclose(there, back, rtol=1e-15)
    assert ((table.forward >= 0) & (table.forward <= 1)).all()
    assert (table.forward[(table.emission == 0).any(axis=0)] == 0).all()
    turned = make_pair(bte.material("Ge"), bte.material("Si"), 300.0, bands=8)
    other = transmission_table(MODELS[name], turned)
    np.testing.assert_allclose(table.forward, other.backward, rtol=1e-9, atol=1e-14)
    np.testing.assert_allclose(table.moment, other.moment, rtol=1e-9, atol=1e-14)


def test_what_passes_is_the_hemispheric_average(library):
    for scalar in (None, "fluid", "SH"):
        table = transmission_table(bte.AMM(scalar), library)
        across = hemispheric(table.resolved)[:, 3:, :3].sum(axis=(1, 2))
        np.testing.assert_allclose(0.25 * across, table.forward * table.emission[0], rtol=1e-10)


def test_all_specular_and_all_diffuse(library):
    """p = 1 is AMM, p = 0 DMM; a constant p is between them in proportion."""
    acoustic, diffuse = (transmission_table(m, library) for m in (bte.AMM(), bte.DMM()))
    for p in (0.0, 0.25, 1.0):
        mixed = transmission_table(bte.Mixed(p), library)
        wanted = p * acoustic.forward + (1 - p) * diffuse.forward
        np.testing.assert_allclose(mixed.forward, wanted, rtol=1e-10, atol=1e-14)
        both = (1 - p) * (diffuse.forward + diffuse.backward)
        np.testing.assert_allclose(mixed.moment, p * acoustic.moment + both, rtol=1e-10)
    for convention in ("emitted", "local", "slip"):
        for p, wanted in ((0.0, diffuse), (1.0, acoustic)):
            found = interface_conductance(transmission_table(bte.Mixed(p), library), convention)
            wanted_here = interface_conductance(wanted, convention)
            assert found == pytest.approx(wanted_here, rel=5e-6 if convention == "slip" else 1e-9)


def test_roughness_goes_from_one_to_the_other(library):
    forward = [
        transmission_table(bte.Mixed(rms=rms), library).forward for rms in (1e-13, 3e-11, 1e-6)
    ]
    np.testing.assert_allclose(
        forward[0], transmission_table(bte.AMM(), library).forward, rtol=3e-3
    )
    np.testing.assert_allclose(
        forward[2], transmission_table(bte.DMM(), library).forward, rtol=3e-3
    )


def test_low_temperatures_are_the_textbook():
    """Si and Ge with linear branches: G/T^3 = 747.3187952440204 (AMM), per pool too."""
    table = transmission_table(bte.AMM(), make_pair(SI, GE, 1.0))
    assert interface_conductance(table, "emitted") == pytest.approx(747.3187952440204, rel=1e-9)
    scalar = transmission_table(bte.AMM("SH"), make_pair(SI, GE, 1.0))
    # mean transmissions 0.8691320101398033 (P) and 0.8640460172680033 (SV, SH), in c^-2
    squares = np.array([8970.0**-2, 2 * 5332.0**-2])
    mean = squares @ [0.8691320101398033, 0.8640460172680033] / squares.sum()
    held = scalar.emission[0] > 1e-9 * scalar.emission[0].max()
    np.testing.assert_allclose(scalar.forward[held], mean, rtol=1e-9)


def test_no_interface_resists_nothing():
    """The same solid on both sides: all passes, and by local temperatures there is no jump."""
    table = transmission_table(bte.AMM(), make_pair(SI, SI, 100.0))
    held = table.emission[0] > 0
    np.testing.assert_allclose(table.forward[held], 1.0, rtol=1e-9)
    assert interface_conductance(table) == np.inf
    assert interface_conductance(table, "slip") == np.inf
    assert interface_conductance(table, "emitted") == pytest.approx(table.emission[0].sum())


def test_gray_sides_pool_everything():
    one = bte.Material.gray("one", speed=4e3, density=2e3, elastic_speeds=(6e3, 3e3), **GRAY)
    two = bte.Material.gray("two", speed=2e3, density=5e3, elastic_speeds=(3e3, 2e3), **GRAY)
    table = transmission_table(bte.AMM(), make_pair(one, two, 300.0))
    assert table.mixing
    assert table.forward.shape == (1,)
    assert table.forward[0] * 4e9 == pytest.approx(table.backward[0] * 2e9, rel=1e-15)


def test_slopes_of_what_keeps_its_direction():
    """3 int t mu^2 dmu from either side, by another quadrature."""
    table = transmission_table(bte.AMM("fluid"), make_pair(SI, GE, 1.0))
    resolved, pool = table.resolved, 0
    ends = resolved.etendue[pool]
    x = (np.arange(400_000) + 0.5) / 400_000 * ends.max()
    across = resolved.exchange(pool, x)[:, 3:, :3]
    mu = np.sqrt(np.maximum(1 - x[:, None] / ends, 0.0))
    step = x[1] - x[0]
    first = 1.5 * (across.sum(axis=1) * mu[:, :3]).sum() * step / ends[:3].sum()
    second = 1.5 * (across.sum(axis=2) * mu[:, 3:]).sum() * step / ends[3:].sum()
    assert table.moment[pool] == pytest.approx(first + second, rel=1e-5)


@pytest.mark.parametrize(
    ("interface", "second", "sentence"),
    [
        (bte.AMM(), {}, "material 'b' has no density and no elastic_speeds, which AMM between"),
        (bte.AMM(), {"density": 2e3}, "has no elastic_speeds, which AMM between 'film' and 'base'"),
        (bte.Mixed(0.5), {"elastic_speeds": (6e3, 3e3)}, "has no density"),
        (
            bte.Mixed(rms=1e-9),
            {"elastic_speeds": (6e3, 3e3), "density": 2e3},
            r"interface 'film' / 'base' is Mixed\(rms=…\), which depends on the frequency, but "
            r"material 'b' of region 'base' carries no freq.*give Mixed\(specularity=…\)",
        ),
        (bte.Transmission(lambda w: 0.1), {}, "material 'b' of region 'base' carries no freq"),
        (
            bte.Transmission({"LA": 0.1, "T": 0.1}),
            {},
            "branch of the Transmission 'T' does not exist; did you mean 'TA'",
        ),
        (bte.PressedContact(1e6, 1e9, 0.1, 1e-6, intrinsic=bte.AMM()), {}, "which AMM between"),
    ],
)
def test_problems_refuse_what_materials_lack(interface, second, sentence):
    """When the problem is made, before anything is computed."""
    mesh = bte.Mesh.line([0, 1e-7, 2e-7], [2, 2], ["film", "base"])
    materials = {"film": SI, "base": bte.Material.gray("b", speed=2e3, **GRAY, **second)}
    walls = {"left": bte.Isothermal(301.0), "right": bte.Isothermal(300.0)}
    with pytest.raises(bte.BteError, match=sentence):
        bte.Problem(mesh, materials, walls, {("film", "base"): interface})


def test_specularity_of_a_user_is_checked(library):
    with pytest.raises(bte.BteError, match=r"specularity of Rough must lie in \[0, 1\], but its f"):
        transmission_table(bte.Mixed(lambda path, mu: 2.0 + 0 * mu * path), library)
