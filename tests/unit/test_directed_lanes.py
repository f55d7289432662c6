"""The kernel with a row of lanes for every ordinate."""

from dataclasses import replace

import numpy as np
import pytest

import bte
from bte.quadrature import quadrature
from bte.solvers.discrete import discretise
from bte.solvers.lanes import make_lanes

TABLES = ("inverse_mfp", "scattering", "energy", "flux", "source")


def packed(element, groups):
    mesh = bte.Mesh.rectangle((1e-7, 1e-7), (4, 3), element=element)
    walls = {"left": bte.Isothermal(301.0), "right": bte.Isothermal(300.0)}
    walls |= {"bottom": bte.Periodic("top")}
    material = bte.Material.from_groups(
        "m",
        heat_capacity=np.full(groups, 1e6 / groups),
        speed=np.full(groups, 5e3),
        mean_free_path=np.geomspace(1e-8, 1e-6, groups),
    )
    return bte.Problem(mesh, {"domain": material}, walls).packed()


def swept(problem, rule, lanes, single=False):
    transport = discretise(problem, rule, 1, lanes).transport
    rng = np.random.default_rng(0)
    sides, wide = problem.sides.nodes.shape
    return transport, transport.sweep(
        rng.random(problem.mesh.n_node),
        np.zeros(0),
        rng.random((sides, wide, problem.n_band)),
        rng.random((transport.n_trace, wide, len(lanes.band))),
        full=True,
        threads=1,
        single=single,
    )


@pytest.mark.parametrize("element", ["triangle", "quad"])
@pytest.mark.parametrize(
    ("groups", "polars", "single"), [(5, 3, False), (9, 3, True), (1, 2, False)]
)
def test_rows_of_ordinates_weigh_as_ordinates_do(element, groups, polars, single):
    """Powers that differ by ordinate act as weights of the ordinates would."""
    problem, rule = packed(element, groups), quadrature(2, 8, polars)
    lanes = make_lanes(problem, rule)
    factor = 0.5 + np.random.default_rng(1).random(rule.n_ordinate)
    rows = {name: np.repeat(getattr(lanes, name)[None], rule.n_ordinate, axis=0) for name in TABLES}
    for name in ("scattering", "energy", "flux"):
        rows[name] *= factor[:, None, None]
    directed = replace(lanes, **rows)
    first, expected = swept(problem, replace(rule, weights=rule.weights * factor), lanes, single)
    second, found = swept(problem, rule, directed, single)
    assert first.wavefront == second.wavefront == (groups * polars <= 2)
    tolerance = 1e-5 if single and not first.wavefront else 1e-12
    for one, other in zip(found, expected, strict=True):
        assert one == pytest.approx(other, rel=tolerance, abs=tolerance * np.abs(other).max())


def test_paths_may_differ_by_ordinate():
    """Each ordinate then flies as if all had its paths."""
    problem, rule = packed("triangle", 3), quadrature(2, 8, 2)
    lanes = make_lanes(problem, rule)
    factor = 0.5 + np.random.default_rng(2).random(rule.n_ordinate)
    rows = {name: np.repeat(getattr(lanes, name)[None], rule.n_ordinate, axis=0) for name in TABLES}
    rows["inverse_mfp"] *= factor[:, None, None]
    _, found = swept(problem, rule, replace(lanes, **rows))
    total = 0.0
    for ordinate, scale in enumerate(factor):
        alone = replace(rule, weights=np.where(np.arange(8) == ordinate, rule.weights, 0.0))
        scaled = replace(lanes, inverse_mfp=lanes.inverse_mfp * scale)
        total = total + swept(problem, alone, scaled)[1][0]
    assert found[0] == pytest.approx(total, rel=1e-12)


def test_tables_of_another_shape_are_refused():
    problem, rule = packed("triangle", 3), quadrature(2, 8, 2)
    lanes = make_lanes(problem, rule)
    rows = {name: np.repeat(getattr(lanes, name)[None], 3, axis=0) for name in TABLES}
    with pytest.raises(ValueError, match="ordinate, zone, lane"):
        discretise(problem, rule, 1, replace(lanes, **rows))
